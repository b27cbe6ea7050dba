// W1: two goroutines pass a token to and fro over unbuffered channels. Argument: rounds, of two hand-offs each.

package main

func main() {
	measure(size(1), true, func(rounds int) {
		ping, pong := make(chan int), make(chan int)
		go func() {
			for i := 0; i < rounds; i++ {
				pong <- <-ping
			}
		}()
		for i := 0; i < rounds; i++ {
			ping <- 0
			<-pong
		}
	})
}
