// The Go code an exported program stands on: clock, journal, busy loop, waits in the kernel, random numbers, settling.
// It comes in parts, and a program carries only those that its steps need. Every part is formatted as gofmt formats.
//
// Nothing here may be a scheduling point, or a scenario would run in another order than the plain Go program it
// describes: notes go into mapped memory, timers are armed and files opened by raw system calls, pools are channels that
// nobody ever waits on.

import { RANDOM_PARTS } from './support-random.ts';

export interface Part {
  readonly needs: readonly PartName[];
  readonly imports: readonly string[];
  readonly code: string;
}

export type PartName = keyof typeof PARTS;

/** The named parts and all they need, in the order of the table. */
export function partsFor(wanted: Iterable<PartName>): Part[] {
  const chosen = new Set<PartName>();
  const add = (name: PartName): void => {
    if (chosen.has(name)) return;
    chosen.add(name);
    for (const other of PARTS[name].needs) add(other as PartName);
  };
  for (const name of wanted) add(name);
  return (Object.keys(PARTS) as PartName[]).filter((name) => chosen.has(name)).map((name) => PARTS[name] as Part);
}

/** Package-level names that the parts declare. */
export function supportNames(): string[] {
  const names: string[] = [];
  for (const part of Object.values(PARTS)) {
    for (const match of part.code.matchAll(/^(?:func|var|const|type) (\w+)/gm)) names.push(match[1]);
  }
  return names;
}

const PARTS = {
  units: {
    needs: [],
    imports: [],
    code: `
const us = 1000
const ms = 1000 * us
const s = 1000 * ms
`,
  },

  clock: {
    needs: [],
    imports: ['time'],
    code: `
// epoch is time 0.
var epoch = time.Now()

// now is the time since then, in nanoseconds.
func now() int64 {
	return int64(time.Since(epoch))
}
`,
  },

  journal: {
    needs: ['clock'],
    imports: ['os', 'runtime', 'strconv', 'sync/atomic', 'syscall', 'unsafe'],
    code: `
// The report is one JSON object. It is written while the program runs, into memory that outlives the process when it
// dies of a fatal error: the file that GOSIM_OUT names, mapped. Without one it is printed at the end.
var journal = openJournal()
var journalled int64

const journalSize = 32 << 20

func openJournal() []byte {
	path := os.Getenv("GOSIM_OUT")
	if path == "" {
		return make([]byte, journalSize)
	}
	name, err := syscall.BytePtrFromString(path)
	if err != nil {
		panic(err)
	}
	atFdcwd := -100
	fd, _, errno := syscall.RawSyscall6(syscall.SYS_OPENAT, uintptr(atFdcwd), uintptr(unsafe.Pointer(name)), syscall.O_RDWR|syscall.O_CREAT|syscall.O_CLOEXEC, 0600, 0, 0)
	if errno == 0 {
		_, _, errno = syscall.RawSyscall(syscall.SYS_FTRUNCATE, fd, journalSize, 0)
	}
	var address uintptr
	if errno == 0 {
		address, _, errno = syscall.RawSyscall6(syscall.SYS_MMAP, 0, journalSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED, fd, 0)
	}
	if errno != 0 {
		panic("cannot write to " + path + ": " + errno.Error())
	}
	mapped := unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&address))), journalSize)
	for page := 0; page < 1<<16; page += 1 << 12 {
		mapped[page] = 0
	}
	return mapped
}

// note appends to the journal and says where it ends. What does not fit is dropped.
func note(line []byte) int64 {
	end := atomic.AddInt64(&journalled, int64(len(line)))
	if end <= journalSize {
		copy(journal[end-int64(len(line)):end], line)
	}
	return end
}

// started notes the start. The threads are those created so far.
func started() {
	threads, _ := runtime.ThreadCreateProfile(nil)
	line := append([]byte(nil), "{\\"schema\\":\\"gosim.go-run/v1\\",\\"go\\":\\""+runtime.Version()+"\\",\\"gomaxprocs\\":"...)
	line = strconv.AppendInt(line, int64(runtime.GOMAXPROCS(0)), 10)
	line = append(line, ",\\"events\\":[\\n{\\"atNs\\":0,\\"event\\":\\"start\\",\\"threads\\":"...)
	line = strconv.AppendInt(line, int64(threads), 10)
	note(append(line, '}'))
}

// finished notes the end (of main, or an exit), and prints the report if it has no file.
func finished(how string) {
	at := now()
	threads, _ := runtime.ThreadCreateProfile(nil)
	line := append([]byte(nil), ",\\n{\\"atNs\\":"...)
	line = strconv.AppendInt(line, at, 10)
	line = append(line, ",\\"event\\":\\""+how+"\\",\\"threads\\":"...)
	line = strconv.AppendInt(line, int64(threads), 10)
	end := note(append(line, "}\\n]}\\n"...))
	if os.Getenv("GOSIM_OUT") != "" {
		return
	}
	if end > journalSize {
		os.Stderr.WriteString("the log has more than 32 MB\\n")
		os.Exit(1)
	}
	os.Stdout.Write(journal[:end])
}
`,
  },

  fail: {
    needs: [],
    imports: [],
    code: `
// fail is for what has no meaning in a scenario, and stands at a line and column of it.
func fail(place string) {
	panic(scenario + ":" + place + ": the result is outside ±(2^53 - 1)")
}
`,
  },

  checked: {
    needs: ['fail'],
    imports: [],
    code: `
// Integers are exact up to 2^53 - 1, as in the simulator.
const largest = 1<<53 - 1

func checked(n int64, place string) int64 {
	if n > largest || n < -largest {
		fail(place)
	}
	return n
}

func add(a, b int64, place string) int64 {
	return checked(a+b, place)
}

func sub(a, b int64, place string) int64 {
	return checked(a-b, place)
}

func mul(a, b int64, place string) int64 {
	if product := float64(a) * float64(b); product > largest || product < -largest {
		fail(place)
	}
	return a * b
}
`,
  },

  checkedVar: {
    needs: ['checked'],
    imports: ['sync/atomic'],
    code: `
// addTo adds to a shared variable, in one step.
func addTo(variable *int64, n int64, place string) {
	checked(atomic.AddInt64(variable, n), place)
}
`,
  },

  plain: {
    needs: [],
    imports: [],
    code: `
// plain hides from the compiler that a number is a constant.
//
//go:noinline
func plain(n int64) int64 {
	return n
}
`,
  },

  makeChans: {
    needs: [],
    imports: [],
    code: `
func makeChans(count, capacity int) []chan int64 {
	chans := make([]chan int64, count)
	for i := range chans {
		chans[i] = make(chan int64, capacity)
	}
	return chans
}
`,
  },

  makeVars: {
    needs: [],
    imports: [],
    code: `
func makeVars(count int, initial int64) []int64 {
	vars := make([]int64, count)
	for i := range vars {
		vars[i] = initial
	}
	return vars
}
`,
  },

  makeConds: {
    needs: [],
    imports: ['sync'],
    code: `
func makeConds(count int, locker func(i int) sync.Locker) []*sync.Cond {
	conds := make([]*sync.Cond, count)
	for i := range conds {
		conds[i] = sync.NewCond(locker(i))
	}
	return conds
}
`,
  },

  cpu: {
    needs: [],
    imports: ['os', 'strconv', 'syscall', 'unsafe'],
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
	shortest := int64(1 << 62)
	for i := 0; i < 50; i++ {
		start := threadTime()
		spin(rounds)
		if took := threadTime() - start; took < shortest {
			shortest = took
		}
	}
	measured := rounds * 1e6 / float64(shortest)
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

// netWait reads from a connection that has something to say after a while.
func netWait(ns int64) {
	var c connection
	select {
	case c = <-idleConnections:
	default:
		fd := newTimer(syscall.O_NONBLOCK)
		c = connection{fd, os.NewFile(fd, "timer")}
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

  log: {
    needs: ['journal', 'quote'],
    imports: ['strconv'],
    code: `
// log notes the time, the goroutine and a text.
func (g *goroutine) log(text string) {
	at := now()
	var room [160]byte
	line := append(room[:0], ",\\n{\\"atNs\\":"...)
	line = strconv.AppendInt(line, at, 10)
	line = append(line, ",\\"event\\":\\"log\\",\\"g\\":"...)
	line = appendQuoted(line, g.name)
	line = append(line, ",\\"index\\":"...)
	line = strconv.AppendInt(line, g.index, 10)
	line = append(line, ",\\"text\\":"...)
	line = appendQuoted(line, text)
	note(append(line, '}'))
}
`,
  },

  itoa: {
    needs: [],
    imports: ['strconv'],
    code: `
func itoa(n int64) string {
	return strconv.FormatInt(n, 10)
}
`,
  },

  span: {
    needs: ['journal', 'quote'],
    imports: ['strconv'],
    code: `
// span notes how long something took that began at an instant.
func span(name string, began int64) {
	at := now()
	var room [120]byte
	line := append(room[:0], ",\\n{\\"atNs\\":"...)
	line = strconv.AppendInt(line, at, 10)
	line = append(line, ",\\"event\\":\\"span\\",\\"name\\":"...)
	line = appendQuoted(line, name)
	line = append(line, ",\\"ns\\":"...)
	line = strconv.AppendInt(line, at-began, 10)
	note(append(line, '}'))
}
`,
  },

  quote: {
    needs: [],
    imports: [],
    code: `
// appendQuoted appends a JSON string.
func appendQuoted(line []byte, text string) []byte {
	line = append(line, '"')
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\\\\':
			line = append(line, '\\\\', c)
		case c < ' ':
			line = append(line, '\\\\', 'u', '0', '0', '0'+c>>4, "0123456789abcdef"[c&15])
		default:
			line = append(line, c)
		}
	}
	return append(line, '"')
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

  ...RANDOM_PARTS,
};
