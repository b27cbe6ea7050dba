// The part of an exported program that is to be watched: it writes the runtime's own execution trace. A trace begins before
// time 0, since starting one stops the world, and its first entries would otherwise fall into the run.

export const TRACE_PARTS = {
  trace: {
    needs: [],
    imports: ['context', 'os', 'runtime/trace'],
    code: `
// startTrace begins an execution trace, in the file that GOSIM_TRACE names. Nothing may come before it.
func startTrace() {
	file, err := os.Create(os.Getenv("GOSIM_TRACE"))
	if err == nil {
		err = trace.Start(file)
	}
	if err != nil {
		os.Stderr.WriteString("GOSIM_TRACE: " + err.Error() + "\\n")
		os.Exit(1)
	}
}

// markStart is time 0 in the trace.
func markStart() {
	trace.Log(context.Background(), "gosim", "start")
}

// stopTrace writes the rest of the trace.
func stopTrace() {
	trace.Stop()
}
`,
  },

  horizon: {
    needs: ['timerfd', 'trace'],
    imports: ['os', 'syscall', 'unsafe'],
    code: `
var horizon = newTimer(0)

// awaitHorizon ends a program that would else be ended from outside, which would cost the rest of the trace. Until then
// it holds a thread in the kernel and nothing else.
func awaitHorizon() {
	var expirations [8]byte
	for {
		_, _, errno := syscall.Syscall(syscall.SYS_READ, horizon, uintptr(unsafe.Pointer(&expirations)), 8)
		if errno != syscall.EINTR {
			break
		}
	}
	stopTrace()
	os.Exit(0)
}
`,
  },
};
