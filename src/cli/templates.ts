// What `gosim init` writes: scenarios to begin with. Each is valid and passes, so that the first change is the user's.

export interface Template {
  readonly about: string;
  readonly text: string;
}

export const TEMPLATES: Readonly<Record<string, Template>> = {
  service: {
    about: 'a server under traffic from outside, with a lock and a backend',
    text: `name: service
description: Requests arrive at random; each is handled by a goroutine of its own.
gomaxprocs: 4
machine: {cpus: 4}
until: 1.1s
params:
  rate: 1000 # requests a second, on average: try --set rate=8000
  work: 400us # mean processor time of a request

listeners:
  http: {arrivals: "poisson(\${rate}/s)", for: 1s}
mutexes: [cache]

goroutines:
  main:
    - forever:
        - accept: http
          as: arrived
        - go: {run: handler, with: {arrived: "\${arrived}"}}
  handler:
    - cpu: "exp(\${work})"
    - lock: cache
    - cpu: 20us
    - unlock: cache
    - net: lognormal(median 2ms, p99 9ms) # a backend
    - span: {name: request, since: "\${arrived}"}

expect:
  - outcome == until
  - listeners.http.backlogLeft == 0
  - spans.request.p99 < 15ms
`,
  },
  container: {
    about: 'the same in a container: two CPUs of a machine with sixteen',
    text: `name: container
description: A server limited to two CPUs of sixteen. What GOMAXPROCS should it have?
go: "1.26" # from 1.25 on, Go takes the limit into account; try go: "1.19", or --procs 16
machine: {cpus: 16, cpuLimit: 2}
until: 1.1s
params:
  rate: 1500 # requests a second, on average

listeners:
  http: {arrivals: "poisson(\${rate}/s)", for: 1s}

goroutines:
  main:
    - forever:
        - accept: http
          as: arrived
        - go: {run: handler, with: {arrived: "\${arrived}"}}
  handler:
    - cpu: exp(800us)
    - net: 2ms
    - span: {name: request, since: "\${arrived}"}

expect:
  - outcome == until
  - {that: spans.request.p99 < 25ms, why: throttling makes requests wait for the next period}
`,
  },
  workers: {
    about: 'a pool of workers that take jobs from a channel',
    text: `name: workers
description: A pool of workers takes jobs from a channel and writes their results to disk.
gomaxprocs: 4
params:
  workers: 8 # try --set workers=2
  jobs: 200

channels: {jobs: 16}
waitgroups: [workers]

goroutines:
  main:
    - go: {run: worker, count: "\${workers}", wg: workers}
    - repeat: "\${jobs}"
      as: i
      do:
        - send: {to: jobs, value: "\${i}"}
    - close: jobs
    - wait: workers
  worker:
    - range: jobs
      as: job
      do:
        - span: job
          do:
            - cpu: exp(500us)
            - syscall: 1ms # keeps the thread, not the processor

expect:
  - outcome == completed
  - spans.job.count == 200
  - threads.created <= 16
`,
  },
  pipeline: {
    about: 'stages joined by channels',
    text: `name: pipeline
description: Three stages joined by channels; the slowest decides.
gomaxprocs: 4
params:
  items: 100

channels: {parsed: 4, enriched: 4}
waitgroups: [stages]

goroutines:
  main:
    - go: {run: parse, wg: stages}
    - go: {run: enrich, wg: stages}
    - go: {run: store, wg: stages}
    - wait: stages
  parse:
    - repeat: "\${items}"
      do:
        - cpu: 100us
        - send: parsed
    - close: parsed
  enrich:
    - range: parsed
      do:
        - net: 500us # waits without a thread: try several of these goroutines
        - send: enriched
    - close: enriched
  store:
    - range: enriched
      do:
        - span: store
          do:
            - syscall: 200us

expect:
  - outcome == completed
  - spans.store.count == 100
  - makespan < 100ms
`,
  },
  minimal: {
    about: 'two goroutines and a channel',
    text: `name: minimal
channels: {c: 0}

goroutines:
  main:
    - go: worker
    - recv: c
  worker:
    - cpu: 1ms
    - send: c

expect:
  - outcome == completed
`,
  },
};

export const DEFAULT_TEMPLATE = 'service';
