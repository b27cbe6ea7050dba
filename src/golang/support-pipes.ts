// The part of an exported program for pipes, raw system calls and the instants of tickers.

export const PIPE_PARTS = {
  instant: {
    needs: ['clock'],
    imports: ['time'],
    code: `
// instant is the time since time 0.
func instant(t time.Time) int64 {
	return int64(t.Sub(epoch))
}
`,
  },

  pipe: {
    needs: [],
    imports: ['os'],
    code: `
// pipe is read and written a byte at a time.
type pipe struct {
	r, w *os.File
}

func newPipe() pipe {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	return pipe{r, w}
}

func (p pipe) read() {
	var b [1]byte
	if _, err := p.r.Read(b[:]); err != nil {
		panic(err)
	}
}

func (p pipe) write() {
	if _, err := p.w.Write([]byte{1}); err != nil {
		panic(err)
	}
}
`,
  },

  pipes: {
    needs: ['pipe'],
    imports: [],
    code: `
func newPipes(count int) []pipe {
	pipes := make([]pipe, count)
	for i := range pipes {
		pipes[i] = newPipe()
	}
	return pipes
}
`,
  },

  blockingPipe: {
    needs: [],
    imports: ['syscall'],
    code: `
// blockingPipe is a pipe whose reads and writes keep their thread in the kernel.
type blockingPipe struct {
	r, w int
}

func newBlockingPipe() blockingPipe {
	var ends [2]int
	if err := syscall.Pipe2(ends[:], syscall.O_CLOEXEC); err != nil {
		panic(err)
	}
	return blockingPipe{ends[0], ends[1]}
}

func (p blockingPipe) read() {
	var b [1]byte
	for _, err := syscall.Read(p.r, b[:]); err != nil; _, err = syscall.Read(p.r, b[:]) {
		if err != syscall.EINTR {
			panic(err)
		}
	}
}

func (p blockingPipe) write() {
	for _, err := syscall.Write(p.w, []byte{1}); err != nil; _, err = syscall.Write(p.w, []byte{1}) {
		if err != syscall.EINTR {
			panic(err)
		}
	}
}
`,
  },

  blockingPipes: {
    needs: ['blockingPipe'],
    imports: [],
    code: `
func newBlockingPipes(count int) []blockingPipe {
	pipes := make([]blockingPipe, count)
	for i := range pipes {
		pipes[i] = newBlockingPipe()
	}
	return pipes
}
`,
  },

  raw: {
    needs: ['block'],
    imports: ['syscall', 'unsafe'],
    code: `
// blockRaw is a system call that blocks for a while, and that the scheduler is not told of.
func blockRaw(ns int64) {
	var fd uintptr
	select {
	case fd = <-idleTimers:
	default:
		fd = newTimer(0)
	}
	var expirations [8]byte
	arm(fd, ns)
	for {
		_, _, errno := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&expirations)), 8)
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

  rawCPU: {
    needs: ['raw', 'kernelCPU'],
    imports: ['syscall', 'unsafe'],
    code: `
// computeRaw is such a call that takes some of its time on a processor.
func computeRaw(ns, cpu int64) {
	for bytes := int64(float64(least(cpu, ns)) / 1e6 * bytesPerMs); bytes > 0; {
		n, _, errno := syscall.RawSyscall(syscall.SYS_READ, urandom, uintptr(unsafe.Pointer(&noise)), uintptr(least(bytes, int64(len(noise)))))
		if errno == 0 {
			bytes -= int64(n)
		}
	}
	if cpu < ns {
		blockRaw(ns - cpu)
	}
}
`,
  },
};
