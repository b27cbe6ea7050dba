// What the twins share: the workload once at a tenth of its size as a warm-up, then three times, each between two readings
// of the process's CPU time. One line of JSON tells the least of these times and the most memory the process ever held.

package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// size is a whole number from the command line: its place, counted from 1.
func size(place int) int {
	if place >= len(os.Args) {
		fail("too few arguments")
	}
	n, err := strconv.Atoi(os.Args[place])
	if err != nil || n < 1 {
		fail("not a size: " + os.Args[place])
	}
	return n
}

// measure runs work, whose size is a number of rounds or goroutines. Without a warm-up it does so once: then the process's
// peak of memory is that of one run alone.
func measure(n int, warmUp bool, work func(n int)) {
	times := 1
	if warmUp {
		work((n + 9) / 10)
		times = 3
	}
	least := int64(math.MaxInt64)
	for ; times > 0; times-- {
		before := cpuNs()
		work(n)
		if took := cpuNs() - before; took < least {
			least = took
		}
	}
	fmt.Printf("{\"cpuNs\": %d, \"peakBytes\": %d}\n", least, peakBytes())
}

func cpuNs() int64 {
	usage := usage()
	return usage.Utime.Nano() + usage.Stime.Nano()
}

// peakBytes prefers Linux's own account of the address space: getrusage's also counts the parent's memory from before exec.
func peakBytes() int64 {
	if status, err := os.Open("/proc/self/status"); err == nil {
		defer status.Close()
		for lines := bufio.NewScanner(status); lines.Scan(); {
			if words := strings.Fields(lines.Text()); len(words) > 1 && words[0] == "VmHWM:" {
				if kib, err := strconv.ParseInt(words[1], 10, 64); err == nil {
					return kib << 10
				}
			}
		}
	}
	if runtime.GOOS == "darwin" {
		return int64(usage().Maxrss) // in bytes there, in KiB elsewhere
	}
	return int64(usage().Maxrss) << 10
}

func usage() (usage syscall.Rusage) {
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		fail(err.Error())
	}
	return
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(2)
}
