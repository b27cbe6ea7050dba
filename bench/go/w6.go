// W6: many goroutines that are parked at once, on one channel. Argument: goroutines.

package main

import "sync"

func main() {
	measure(size(1), false, func(goroutines int) {
		never := make(chan int)
		var there sync.WaitGroup
		there.Add(goroutines)
		for i := 0; i < goroutines; i++ {
			go func() {
				there.Done()
				<-never
			}()
		}
		there.Wait()
	})
}
