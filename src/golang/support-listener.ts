// The part of an exported program where connections arrive. Nobody sends any: timers of the kernel, which the netpoller
// watches as it watches sockets, get ready at the instants at which connections would come. Whoever accepts parks and is
// woken as in Accept, under the same lock, and the arrivals are those of the simulator to the nanosecond. Tried and
// dropped: real clients, in this process or another: they take processors from the program, and come when they can.
//
// One thing differs from a socket: while connections wait that have been announced, the next ones announce nothing, so no
// thread that blocks in the netpoller wakes for them in vain.

export const LISTENER_PARTS = {
  listener: {
    needs: ['clock', 'timerfd'],
    imports: ['os', 'syscall', 'unsafe'],
    code: `
// listener is where connections arrive. Nobody sends any: a timer of the kernel gets ready when one would come.
type listener struct {
	conn  syscall.RawConn
	timer uintptr
	next  func() int64 // the instant of the next arrival, -1 when there is none
	due   int64        // that of the arrival the timer is set to
}

func listen(next func() int64) *listener {
	timer := newTimer(syscall.O_NONBLOCK)
	return &listener{conn: watched(timer), timer: timer, next: next, due: -1}
}

// watched makes the netpoller watch a descriptor.
func watched(fd uintptr) syscall.RawConn {
	conn, err := os.NewFile(fd, "listener").SyscallConn()
	if err != nil {
		panic(err)
	}
	return conn
}

// start is called at time 0.
func (l *listener) start() {
	if l.due = l.next(); l.due >= 0 {
		arm(l.timer, l.due-now())
	}
}

// accept waits for a connection and returns the instant of its arrival. As in Accept one goroutine at a time tries, and
// waits in the netpoller while there is none.
func (l *listener) accept() int64 {
	var at int64
	err := l.conn.Read(func(fd uintptr) bool {
		var expirations [8]byte
		syscall.Syscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&expirations)), 8)
		if l.due < 0 || now() < l.due {
			return false
		}
		at = l.due
		l.start()
		return true
	})
	if err != nil {
		panic(err)
	}
	return at
}

// noEnd is later than everything.
const noEnd = 1<<63 - 1

// distinct gives the instants up to the end, each later than the one before.
func distinct(end int64, instant func() int64) func() int64 {
	last := int64(-1)
	return func() int64 {
		at := instant()
		if at < 0 || at > end {
			return -1
		}
		if at <= last {
			at = last + 1
		}
		last = at
		return at
	}
}
`,
  },

  every: {
    needs: ['listener'],
    imports: [],
    code: `
// every makes some arrivals after each gap.
func every(count int, gap func() int64) func() int64 {
	at, made := int64(0), 0
	return func() int64 {
		if made%count == 0 {
			at += gap()
		}
		made++
		return at
	}
}
`,
  },

  arrivalsAt: {
    needs: ['listener'],
    imports: [],
    code: `
// arrivalsAt makes arrivals at known instants.
func arrivalsAt(instants []int64) func() int64 {
	made := 0
	return func() int64 {
		if made == len(instants) {
			return -1
		}
		made++
		return instants[made-1]
	}
}
`,
  },

  ramp: {
    needs: ['listener', 'unit', 'ln'],
    imports: ['math'],
    code: `
// ramp makes random arrivals at a rate, per nanosecond, that changes evenly up to the end: its integral reaches the n-th
// where one with the rate 1 has its n-th.
func ramp(g *goroutine, from, to, end float64) func() int64 {
	x := 0.0
	return func() int64 {
		x += -ln(g.unit())
		slope := (to - from) / end
		t := 2 * x / (from + math.Sqrt(float64(from*from)+float64(2*slope*x)))
		if t = math.Floor(t + 0.5); t <= end {
			return int64(t)
		}
		return -1
	}
}
`,
  },

  closedLoop: {
    needs: ['listener', 'stream'],
    imports: ['sync/atomic', 'syscall', 'unsafe'],
    code: `
// closedLoop is a listener whose clients think, ask, wait for the reply and think again. Each has a timer, ready when it
// asks; the netpoller watches an epoll instance that watches them all.
type closedLoop struct {
	conn    syscall.RawConn
	clients []client
	end     int64
	think   func(g *goroutine) int64
	last    int64
}

type client struct {
	g      *goroutine // its random numbers
	timer  uintptr
	due    int64 // when it asks
	asking int64 // the instant of the request it waits for, -1 while it thinks
}

func listenTo(count int, end int64, g *goroutine, think func(g *goroutine) int64) *closedLoop {
	epoll, err := syscall.EpollCreate1(syscall.O_CLOEXEC)
	if err != nil {
		panic(err)
	}
	syscall.RawSyscall(syscall.SYS_FCNTL, uintptr(epoll), syscall.F_SETFL, syscall.O_NONBLOCK)
	clients := make([]client, count)
	for i := range clients {
		clients[i] = client{g: g.child("", 0), timer: newTimer(syscall.O_NONBLOCK), asking: -1}
		event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)}
		if err := syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, int(clients[i].timer), &event); err != nil {
			panic(err)
		}
	}
	return &closedLoop{conn: watched(uintptr(epoll)), clients: clients, end: end, think: think, last: -1}
}

// start is called at time 0.
func (l *closedLoop) start() {
	for i := range l.clients {
		l.rest(&l.clients[i])
	}
}

// rest lets a client think; then it asks, unless that is after the end.
func (l *closedLoop) rest(c *client) {
	at := now()
	if c.due = at + l.think(c.g); c.due <= l.end {
		arm(c.timer, c.due-at)
	}
}

func (l *closedLoop) accept() int64 {
	var at int64
	err := l.conn.Read(func(fd uintptr) bool {
		var event syscall.EpollEvent
		n, _, _ := syscall.Syscall6(syscall.SYS_EPOLL_PWAIT, fd, uintptr(unsafe.Pointer(&event)), 1, 0, 0, 0)
		if int(n) != 1 {
			return false
		}
		c := &l.clients[event.Fd]
		var expirations [8]byte
		syscall.RawSyscall(syscall.SYS_READ, c.timer, uintptr(unsafe.Pointer(&expirations)), 8)
		if at = c.due; at <= l.last {
			at = l.last + 1
		}
		l.last = at
		atomic.StoreInt64(&c.asking, at)
		return true
	})
	if err != nil {
		panic(err)
	}
	return at
}
`,
  },

  noReply: {
    needs: [],
    imports: [],
    code: `
// reply answers nobody: clients of open listeners wait for no answer.
func reply(at int64) {}
`,
  },

  reply: {
    needs: ['closedLoop'],
    imports: ['sync/atomic'],
    code: `
// reply answers the client that asked at an instant. Clients of open listeners wait for no answer.
func reply(at int64, loops ...*closedLoop) {
	for _, l := range loops {
		for i := range l.clients {
			if c := &l.clients[i]; atomic.CompareAndSwapInt64(&c.asking, at, -1) {
				l.rest(c)
				return
			}
		}
	}
}
`,
  },
};
