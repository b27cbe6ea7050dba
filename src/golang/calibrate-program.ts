// The Go program that measures what the runtime's work costs. It prints a line of JSON for each measurement: the median,
// the least and the most of some batches, in ns for one operation. GOMAXPROCS decides which: with one processor what needs no second
// thread, with more what does.

import { CALIBRATE_THREADS } from './calibrate-threads.ts';
import { TIME_PARTS } from './support-time.ts';

export const CALIBRATE_PROGRAM = `// Measures what the operations of Go's runtime cost on this machine. Exported by gosim.
package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/trace"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

const batches = 25

func report(name string, samples []float64) {
	sort.Float64s(samples)
	last := len(samples) - 1
	fmt.Printf("{\\"name\\":%q,\\"ns\\":%.2f,\\"minNs\\":%.2f,\\"maxNs\\":%.2f}\\n", name, samples[len(samples)/2], samples[last/20], samples[last-last/20])
}

// measure times batches of n operations.
func measure(name string, n int, batch func(n int)) {
	batch(n / 4)
	samples := make([]float64, batches)
	for i := range samples {
		start := time.Now()
		batch(n)
		samples[i] = float64(time.Since(start)) / float64(n)
	}
	report(name, samples)
}

// apart calls a function in a goroutine of its own and waits: a trace writes down the stack of who stops, and that of most
// goroutines is short.
func apart(f func()) {
	done := make(chan bool)
	go func() {
		f()
		close(done)
	}()
	<-done
}

// each collects what single operations say of themselves.
func each(name string, n int, one func() float64) {
	samples := make([]float64, n)
	for i := range samples {
		samples[i] = one()
	}
	report(name, samples)
}

func main() {
	debug.SetGCPercent(-1)
	if os.Getenv("GOSIM_TRACED") != "" {
		check(trace.Start(io.Discard))
	}
	if runtime.GOMAXPROCS(0) == 1 {
		memory()
		channels()
		goroutines()
		locks()
		system()
		waits()
		timers()
		monitor()
		threadLives()
	} else {
		threads()
	}
}

// memory is what a new goroutine costs more than a recycled one; it must come first.
func memory() {
	forever := make(chan int)
	const n = 1000
	samples := make([]float64, batches)
	for i := range samples {
		start := time.Now()
		for j := 0; j < n; j++ {
			go func() { <-forever }()
		}
		samples[i] = float64(time.Since(start)) / n
		runtime.Gosched()
	}
	report("goNew", samples)
}

func channels() {
	buffered := make(chan int, 1)
	measure("bufferedPair", 50000, func(n int) {
		for i := 0; i < n; i++ {
			buffered <- 1
			<-buffered
		}
	})
	unbuffered := make(chan int)
	measure("handoff", 20000, func(n int) {
		go func() {
			for i := 0; i < n; i++ {
				unbuffered <- i
			}
		}()
		apart(func() {
			for i := 0; i < n; i++ {
				<-unbuffered
			}
		})
	})
	// The receiver has a thread of its own, so that each hand-off is from one thread to another.
	measure("lockedHandoff", 500, func(n int) {
		go func() {
			for i := 0; i < n; i++ {
				unbuffered <- i
			}
		}()
		apart(func() {
			runtime.LockOSThread()
			for i := 0; i < n; i++ {
				<-unbuffered
			}
			runtime.UnlockOSThread()
		})
	})
	measure("makeChan", 2000, func(n int) {
		for i := 0; i < n; i++ {
			fresh = make(chan int)
		}
	})
	measure("makeAndClose", 2000, func(n int) {
		for i := 0; i < n; i++ {
			fresh = make(chan int)
			close(fresh)
		}
	})
	a, b := make(chan int, 1), make(chan int, 1)
	measure("select2", 20000, func(n int) {
		for i := 0; i < n; i++ {
			select {
			case <-a:
			case <-b:
			default:
			}
		}
	})
}

var fresh chan int

func goroutines() {
	measure("gosched", 20000, func(n int) {
		apart(func() {
			for i := 0; i < n; i++ {
				runtime.Gosched()
			}
		})
	})
	const some = 50 // fewer than a processor keeps for reuse
	started := make([]float64, 0, 1000)
	lived := make([]float64, 0, 1000)
	for i := 0; i < 1000; i++ {
		start := time.Now()
		for j := 0; j < some; j++ {
			go func() {}()
		}
		began := time.Since(start)
		runtime.Gosched()
		ended := time.Since(start)
		if i >= 100 {
			started = append(started, float64(began)/some)
			lived = append(lived, float64(ended)/some)
		}
	}
	report("go", started)
	report("goLife", lived)
	measure("lockThreadPair", 50000, func(n int) {
		for i := 0; i < n; i++ {
			runtime.LockOSThread()
			runtime.UnlockOSThread()
		}
	})
}

//go:noinline
func nothing() {}

//go:linkname procyield runtime.procyield
func procyield(cycles uint32)

//go:noinline
func rounds(n int) {
	for i := 0; i < n; i++ {
	}
}

func locks() {
	measure("round", 2000000, rounds)
	measure("call", 500000, func(n int) {
		for i := 0; i < n; i++ {
			nothing()
		}
	})
	var variable int64
	measure("setVar", 200000, func(n int) {
		for i := 0; i < n; i++ {
			atomic.AddInt64(&variable, 1)
		}
	})
	var mu sync.Mutex
	measure("lockPair", 200000, func(n int) {
		for i := 0; i < n; i++ {
			mu.Lock()
			mu.Unlock()
		}
	})
	measure("mutexSpin", 5000, func(n int) {
		for i := 0; i < n; i++ {
			procyield(30)
		}
	})
	var rw sync.RWMutex
	measure("rwlockPair", 100000, func(n int) {
		for i := 0; i < n; i++ {
			rw.Lock()
			rw.Unlock()
		}
	})
	measure("rlockPair", 100000, func(n int) {
		for i := 0; i < n; i++ {
			rw.RLock()
			rw.RUnlock()
		}
	})
	var wg sync.WaitGroup
	measure("waitgroupPair", 100000, func(n int) {
		for i := 0; i < n; i++ {
			wg.Add(1)
			wg.Done()
		}
	})
	cond := sync.NewCond(&mu)
	measure("cond", 100000, func(n int) {
		for i := 0; i < n; i++ {
			cond.Signal()
		}
	})
	var once sync.Once
	measure("once", 500000, func(n int) {
		for i := 0; i < n; i++ {
			once.Do(nothing)
		}
	})
}

func system() {
	measure("rawSyscall", 10000, func(n int) {
		for i := 0; i < n; i++ {
			syscall.RawSyscall(syscall.SYS_GETPID, 0, 0, 0)
		}
	})
	measure("syscall", 10000, func(n int) {
		apart(func() {
			for i := 0; i < n; i++ {
				syscall.Syscall(syscall.SYS_GETPID, 0, 0, 0)
			}
		})
	})
	pid, _, _ := syscall.RawSyscall(syscall.SYS_GETPID, 0, 0, 0)
	runtime.LockOSThread()
	tid, _, _ := syscall.RawSyscall(syscall.SYS_GETTID, 0, 0, 0)
	measure("killNobody", 5000, func(n int) {
		for i := 0; i < n; i++ {
			syscall.RawSyscall(syscall.SYS_TGKILL, pid, tid, 0)
		}
	})
	measure("killSelf", 5000, func(n int) {
		for i := 0; i < n; i++ {
			syscall.RawSyscall(syscall.SYS_TGKILL, pid, tid, uintptr(syscall.SIGURG))
		}
	})
	runtime.UnlockOSThread()
	epoll, err := syscall.EpollCreate1(0)
	check(err)
	events := make([]syscall.EpollEvent, 8)
	measure("netpoll", 10000, func(n int) {
		for i := 0; i < n; i++ {
			syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(epoll), uintptr(unsafe.Pointer(&events[0])), 8, 0, 0, 0)
		}
	})
	r, w, err := os.Pipe()
	check(err)
	one, many := make([]byte, 1), make([]byte, 4096)
	samples := make([]float64, batches)
	for i := range samples {
		_, err = w.Write(many)
		check(err)
		start := time.Now()
		for range many {
			_, err = r.Read(one)
			check(err)
		}
		samples[i] = float64(time.Since(start)) / float64(len(many))
	}
	report("netRead", samples)
	for i := range samples {
		start := time.Now()
		for range many {
			_, err = w.Write(one)
			check(err)
		}
		samples[i] = float64(time.Since(start)) / float64(len(many))
		_, err = r.Read(many)
		check(err)
	}
	report("pipeWrite", samples)
	eventfd, _, _ := syscall.RawSyscall(syscall.SYS_EVENTFD2, 1, 0x800, 0)
	check(syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, int(eventfd), &syscall.EpollEvent{Events: syscall.EPOLLIN}))
	measure("netpollReady", 10000, func(n int) {
		for i := 0; i < n; i++ {
			syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(epoll), uintptr(unsafe.Pointer(&events[0])), 8, 0, 0, 0)
		}
	})
	count := uint64(1)
	measure("epollBreak", 10000, func(n int) {
		for i := 0; i < n; i++ {
			syscall.RawSyscall(syscall.SYS_WRITE, eventfd, uintptr(unsafe.Pointer(&count)), 8)
		}
	})
}

${TIME_PARTS.timerfd.code.slice(1)}
// waits measures what a program that gosim exports does to wait for a connection: nobody is at the other end, but a timer of
// the kernel.
func waits() {
	fd := newTimer(syscall.O_NONBLOCK)
	conn, err := os.NewFile(fd, "timer").SyscallConn()
	check(err)
	var expirations [8]byte
	look := func(fd uintptr) bool {
		syscall.Syscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&expirations)), 8)
		return true
	}
	measureWait := func(name string, period time.Duration) {
		measure(name, 2000, func(n int) {
			apart(func() {
				for i := 0; i < n; i++ {
					arm(fd, int64(period))
					check(conn.Read(look))
				}
			})
		})
	}
	measureWait("armAndLook", 999*time.Millisecond)
	measureWait("armAndFire", 1) // it interrupts the processor before that looks
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func timers() {
	timer := time.AfterFunc(time.Hour, nothing)
	measure("timerPair", 10000, func(n int) {
		for i := 0; i < n; i++ {
			timer.Stop()
			timer.Reset(time.Hour)
		}
	})
	measure("timerStop", 50000, func(n int) {
		for i := 0; i < n; i++ {
			timer.Stop()
		}
	})
	measure("afterFuncAndStop", 5000, func(n int) {
		for i := 0; i < n; i++ {
			time.AfterFunc(time.Hour, nothing).Stop()
		}
	})
	timer.Stop()
	measure("sleepOfOne", 10000, func(n int) {
		apart(func() {
			for i := 0; i < n; i++ {
				time.Sleep(1)
			}
		})
	})
	runtime.LockOSThread()
	each("nanosleep20us", 200, func() float64 {
		t := syscall.NsecToTimespec(20000)
		start := time.Now()
		syscall.RawSyscall(syscall.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&t)), 0, 0)
		return float64(time.Since(start)) - 20000
	})
	runtime.UnlockOSThread()
}

// monitor measures what a look of sysmon costs, switches of threads and all, by the processor time of its thread. It looks some fifty
// times, 20 us apart, after it took a processor from a system call.
func monitor() {
	entries, err := os.ReadDir("/proc/self/task")
	check(err)
	thread := math.MaxInt // sysmon's was the first that was created
	for _, entry := range entries {
		if n, _ := strconv.Atoi(entry.Name()); n != os.Getpid() {
			thread = min(thread, n)
		}
	}
	path := fmt.Sprintf("/proc/self/task/%d/schedstat", thread)
	if _, err := os.Stat(path); err != nil {
		return // this kernel does not count that
	}
	usage := func() (ns, waited, looks int64) {
		text, err := os.ReadFile(path)
		check(err)
		_, err = fmt.Sscan(string(text), &ns, &waited, &looks)
		check(err)
		return
	}
	each("sysmonLook", batches, func() float64 {
		done := make(chan bool)
		go func() {
			_ = syscall.Nanosleep(&syscall.Timespec{Nsec: 30e6}, nil) // it may look every 10 ms only, and has to see it twice; or a signal ends it
			close(done)
		}()
		runtime.Gosched() // until the processor is taken from that call
		before, _, first := usage()
		pause(3 * time.Millisecond)
		after, _, last := usage()
		<-done
		return float64(after-before) / float64(max(1, last-first))
	})
}

// threadLives starts goroutines that lock their thread and end, which ends the thread.
func threadLives() {
	locked := make(chan int)
	each("threadLife", 200, func() float64 {
		start := time.Now()
		go func() {
			runtime.LockOSThread()
			locked <- 1
		}()
		<-locked
		return float64(time.Since(start))
	})
}

${CALIBRATE_THREADS}`;
