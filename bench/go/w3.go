// W3: a token goes round a ring of goroutines and unbuffered channels, main being one of them. Arguments: rounds, members.

package main

func main() {
	members := size(2)
	measure(size(1), true, func(rounds int) {
		ring := make([]chan int, members)
		for i := range ring {
			ring[i] = make(chan int)
		}
		for i := 0; i < members-1; i++ {
			go member(rounds, ring[i], ring[i+1])
		}
		for i := 0; i < rounds; i++ {
			ring[0] <- 0
			<-ring[members-1]
		}
	})
}

func member(rounds int, in <-chan int, out chan<- int) {
	for i := 0; i < rounds; i++ {
		out <- <-in
	}
}
