// W2: starts many goroutines that end at once, and waits for them all. Argument: goroutines.

package main

import "sync"

func main() {
	measure(size(1), true, func(goroutines int) {
		var all sync.WaitGroup
		for i := 0; i < goroutines; i++ {
			all.Add(1)
			go func() {
				defer all.Done()
			}()
		}
		all.Wait()
	})
}
