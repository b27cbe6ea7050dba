// The part of the measuring program that needs two processors: what a thread does to another.

export const CALIBRATE_THREADS = `// threads measures what a thread does to another.
func threads() {
	handOvers()
	restedWake()
	sharing()
	pipes()
	poller()
}

// sleeper is where a thread waits to be woken.
type sleeper struct {
	word  uint32 // counts its wake-ups
	woken int64  // when the last was made
}

var epoch = time.Now()

func instant() int64 { return int64(time.Since(epoch)) }

func (s *sleeper) futex(op, value uintptr) {
	syscall.RawSyscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(&s.word)), op, value, 0, 0, 0)
}

// sleep waits for wake-up number n and returns how long ago it was made.
func (s *sleeper) sleep(n uint32) float64 {
	const wait = 128
	for atomic.LoadUint32(&s.word) < n {
		s.futex(wait, uintptr(n-1))
	}
	return float64(instant() - atomic.LoadInt64(&s.woken))
}

// wake makes wake-up number n and returns how long the call took.
func (s *sleeper) wake(n uint32) float64 {
	const wake = 129
	start := instant()
	atomic.StoreInt64(&s.woken, start)
	atomic.StoreUint32(&s.word, n)
	s.futex(wake, 1)
	return float64(instant() - start)
}

// handOvers has two threads wake each other, as a lock that goes from one to the other does: the call, how long after its begin
// the other runs, and when both are done with it: only then the other can be woken.
func handOvers() {
	const n = 300
	var here, there sleeper
	calls, latencies := make([]float64, n), make([]float64, n)
	done := make(chan bool)
	go func() {
		runtime.LockOSThread()
		for i := range latencies {
			latencies[i] = there.sleep(uint32(i + 1))
			here.wake(uint32(i + 1))
		}
		done <- true
	}()
	runtime.LockOSThread()
	for i := range calls {
		calls[i] = there.wake(uint32(i + 1))
		here.sleep(uint32(i + 1))
	}
	runtime.UnlockOSThread()
	<-done
	both := make([]float64, n)
	for i := range both {
		both[i] = max(calls[i], latencies[i])
	}
	report("futexWake", calls)
	report("futexWakeLatency", latencies)
	report("futexHandOver", both)
}

// restedWake measures the latter for a processor that has rested: it takes longer to wake up, most of all that of a virtual
// machine.
func restedWake() {
	const n = 60
	var there sleeper
	latencies := make([]float64, n)
	done := make(chan bool)
	go func() {
		runtime.LockOSThread()
		for i := range latencies {
			latencies[i] = there.sleep(uint32(i + 1))
		}
		done <- true
	}()
	for i := range latencies {
		pause(2 * time.Millisecond)
		there.wake(uint32(i + 1))
	}
	<-done
	report("restedFutexWakeLatency", latencies)
}

// sharing measures what an atomic add takes more while another thread, too, adds to the same number now and then.
func sharing() {
	var shared struct {
		_      [128]byte // so that nothing else is in its cache line
		number int64
		_      [128]byte
	}
	add := func(n int) {
		for i := 0; i < n; i++ {
			rounds(500) // some 200 ns
			atomic.AddInt64(&shared.number, 1)
		}
	}
	var begun, over uint32
	done := make(chan bool)
	another := func() {
		runtime.LockOSThread()
		for atomic.StoreUint32(&begun, 1); atomic.LoadUint32(&over) == 0; {
			add(10)
		}
		close(done)
	}
	measure("addAlone", 5000, add)
	go another()
	for atomic.LoadUint32(&begun) == 0 {
		runtime.Gosched()
	}
	measure("addShared", 5000, add)
	atomic.StoreUint32(&over, 1)
	<-done
}

// pause computes for a while.
func pause(period time.Duration) {
	for start := time.Now(); time.Since(start) < period; {
	}
}

// pipes measures what a write takes more when a thread waits at the other end.
func pipes() {
	const n = 200
	var fds [2]int
	check(syscall.Pipe(fds[:]))
	var one [1]byte
	write := func() float64 {
		start := time.Now()
		syscall.RawSyscall(syscall.SYS_WRITE, uintptr(fds[1]), uintptr(unsafe.Pointer(&one)), 1)
		return float64(time.Since(start))
	}
	alone, waking := make([]float64, n), make([]float64, n)
	for i := range alone {
		alone[i] = write()
	}
	go func() {
		var byte [1]byte
		for i := 0; i < 2*n; i++ {
			syscall.Syscall(syscall.SYS_READ, uintptr(fds[0]), uintptr(unsafe.Pointer(&byte)), 1)
		}
	}()
	for i := range waking {
		pause(200 * time.Microsecond)
		waking[i] = write()
	}
	report("pipeWriteAlone", alone)
	report("pipeWriteWaking", waking)
}

// poller measures how long after its descriptor is ready a goroutine that waits in the poller goes on. The descriptor is
// a timer of the kernel: what makes it ready interrupts a processor that rests, as a network card does.
func poller() {
	const n = 120
	const period = 100 * time.Microsecond
	fd := newTimer(syscall.O_NONBLOCK)
	file := os.NewFile(fd, "timer")
	var expirations [8]byte
	each("pollerWake", n, func() float64 {
		start := time.Now()
		arm(fd, int64(period))
		_, err := file.Read(expirations[:])
		check(err)
		return float64(time.Since(start) - period)
	})
}
`;
