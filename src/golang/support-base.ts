// The part of an exported program that every one needs some of: the clock, the report, checked integers, arrays.

export const BASE_PARTS = {
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
};
