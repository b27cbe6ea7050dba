// The part of an exported program where time passes: busy loops, system calls that block, waits for the network, and what
// happens before time 0.

export const TIME_PARTS = {
  cpu: {
    needs: [],
    imports: ['os', 'sort', 'strconv', 'syscall', 'unsafe'],
    code: `
// cpu burns processor time: rounds of a loop that were timed once, at the start, against the clock of the thread's own
// processor time. About every microsecond it calls a function, where the runtime may preempt it.
func cpu(ns int64) {
	rounds := roundsFor(ns)
	for ; rounds > roundsPerCall; rounds -= roundsPerCall {
		spin(roundsPerCall)
	}
	spin(rounds)
}

// cpuTight burns processor time in a loop without calls.
func cpuTight(ns int64) {
	spin(roundsFor(ns))
}

// roundsPerMs comes from GOSIM_ROUNDS_PER_MS, or is measured here. With GOSIM_CALIBRATE that is all the program does.
var roundsPerMs = calibrate()
var roundsPerCall = int64(roundsPerMs/1000) + 1

func roundsFor(ns int64) int64 {
	return int64(float64(ns) / 1e6 * roundsPerMs)
}

//go:noinline
func spin(rounds int64) {
	x := uint64(1)
	for ; rounds > 0; rounds-- {
		x = x*6364136223846793005 + 1442695040888963407
	}
	if x == 0 {
		spun() // a function that calls another asks on entry whether it should stop
	}
}

//go:noinline
func spun() {}

func calibrate() float64 {
	if given, err := strconv.ParseFloat(os.Getenv("GOSIM_ROUNDS_PER_MS"), 64); err == nil && given > 0 {
		return given
	}
	const rounds = 100000
	var took [51]int64
	for i := range took {
		start := threadTime()
		spin(rounds)
		took[i] = threadTime() - start
	}
	sort.Slice(took[:], func(i, j int) bool { return took[i] < took[j] })
	measured := rounds * 1e6 / float64(took[len(took)/2])
	if os.Getenv("GOSIM_CALIBRATE") != "" {
		os.Stdout.WriteString(strconv.FormatFloat(measured, 'f', 0, 64))
		os.Exit(0)
	}
	return measured
}

func threadTime() int64 {
	const clockThreadCputimeID = 3
	var t syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockThreadCputimeID, uintptr(unsafe.Pointer(&t)), 0)
	return t.Nano()
}
`,
  },

  timerfd: {
    needs: [],
    imports: ['os', 'syscall', 'unsafe'],
    code: `
// newTimer opens a timer of the kernel. Its flags may say that reading it does not block.
func newTimer(flags uintptr) uintptr {
	const clockMonotonic = 1
	fd, _, errno := syscall.RawSyscall(syscall.SYS_TIMERFD_CREATE, clockMonotonic, flags|syscall.O_CLOEXEC, 0)
	if errno != 0 {
		os.Stderr.WriteString("timerfd_create: " + errno.Error() + "\\n")
		os.Exit(1)
	}
	return fd
}

func arm(fd uintptr, ns int64) {
	if ns < 1 {
		ns = 1 // 0 would disarm it
	}
	spec := [4]int64{0, 0, ns / 1e9, ns % 1e9}
	syscall.RawSyscall6(syscall.SYS_TIMERFD_SETTIME, fd, 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
}
`,
  },

  block: {
    needs: ['timerfd'],
    imports: ['syscall', 'unsafe'],
    code: `
var idleTimers = make(chan uintptr, 10000)

// block is a system call that blocks for a while: it reads a timer. (A nanosleep would be late by the thread's timer
// slack, and to change that would change how long the runtime's own threads sleep.)
func block(ns int64) {
	var fd uintptr
	select {
	case fd = <-idleTimers:
	default:
		fd = newTimer(0)
	}
	var expirations [8]byte
	arm(fd, ns)
	for {
		_, _, errno := syscall.Syscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&expirations)), 8)
		if errno != syscall.EINTR {
			break
		}
	}
	select {
	case idleTimers <- fd:
	default:
		syscall.RawSyscall(syscall.SYS_CLOSE, fd, 0, 0)
	}
}
`,
  },

  kernelCPU: {
    needs: ['cpu', 'block'],
    imports: ['syscall', 'unsafe'],
    code: `
// compute is a system call that takes a while, some of it on a processor. (Really it is two, one after the other.)
func compute(ns, cpu int64) {
	burnInKernel(least(cpu, ns))
	if cpu < ns {
		block(ns - cpu)
	}
}

// burnInKernel is a system call that computes: the kernel's random numbers, so many of them.
func burnInKernel(ns int64) {
	for bytes := int64(float64(ns) / 1e6 * bytesPerMs); bytes > 0; {
		n, _, errno := syscall.Syscall(syscall.SYS_READ, urandom, uintptr(unsafe.Pointer(&noise)), uintptr(least(bytes, int64(len(noise)))))
		if errno == 0 {
			bytes -= int64(n)
		}
	}
}

var noise [8 << 20]byte
var urandom = openUrandom()
var bytesPerMs = calibrateKernel()

func least(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func openUrandom() uintptr {
	name := []byte("/dev/urandom\\x00")
	atFdcwd := -100
	fd, _, errno := syscall.RawSyscall6(syscall.SYS_OPENAT, uintptr(atFdcwd), uintptr(unsafe.Pointer(&name[0])), syscall.O_RDONLY|syscall.O_CLOEXEC, 0, 0, 0)
	if errno != 0 {
		panic("/dev/urandom: " + errno.Error())
	}
	return fd
}

func calibrateKernel() float64 {
	const bytes = 64 << 10
	quickest := int64(1 << 62)
	for i := 0; i < 20; i++ {
		start := threadTime()
		syscall.RawSyscall(syscall.SYS_READ, urandom, uintptr(unsafe.Pointer(&noise)), bytes)
		quickest = least(quickest, threadTime()-start)
	}
	return bytes * 1e6 / float64(quickest)
}
`,
  },

  netWait: {
    needs: ['timerfd'],
    imports: ['os', 'syscall'],
    code: `
// connection is something to wait for in the netpoller: a timer that does not block, as a file.
type connection struct {
	fd   uintptr
	file *os.File
}

var idleConnections = make(chan connection, 10000)

func openConnection() connection {
	fd := newTimer(syscall.O_NONBLOCK)
	return connection{fd, os.NewFile(fd, "timer")}
}

// openConnections opens some before they are needed.
func openConnections(count int) {
	for i := 0; i < count; i++ {
		idleConnections <- openConnection()
	}
}

// netWait reads from a connection that has something to say after a while.
func netWait(ns int64) {
	var c connection
	select {
	case c = <-idleConnections:
	default:
		c = openConnection()
	}
	var expirations [8]byte
	arm(c.fd, ns)
	if _, err := c.file.Read(expirations[:]); err != nil {
		panic(err)
	}
	select {
	case idleConnections <- c:
	default:
		c.file.Close()
	}
}
`,
  },

  settle: {
    needs: ['clock', 'journal', 'block', 'units'],
    imports: ['runtime', 'time'],
    code: `
// settle brings the process to where a scenario starts. In the kernel for long enough, the main goroutine loses its
// processor, the runtime's helpers and spare threads come to rest, and sysmon falls asleep; the return wakes it into its
// shortest period. Then the main goroutine gets a fresh time slice.
func settle() {
	block(40 * ms)
	if runtime.GOMAXPROCS(0) == 1 {
		pin()
	} else {
		runtime.Gosched()
		for start := time.Now(); time.Since(start) < 300*us; { // a thread that Gosched may have woken goes back to sleep
		}
	}
	started()
	epoch = time.Now()
}

// pin brings the processor's count of dispatches to schedtick, modulo 61: whenever it is a multiple of that, the global
// queue comes first. Main in the global queue behind many goroutines goes on when that happens, so then the count is known.
func pin() {
	ran := 0
	for i := 0; i < 129; i++ {
		go func() { ran++ }()
	}
	go func() {}() // runs in main's time slice, which is not counted
	runtime.Gosched()
	tick := 1
	for ran < 129 {
		before := ran
		runtime.Gosched()
		tick += ran - before + 1
	}
	for ; tick%61 != schedtick; tick++ {
		runtime.Gosched()
	}
}
`,
  },
};
