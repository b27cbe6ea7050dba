// What a result holds, described: each field of its JSON with its kind and a word on it. The figures that expectations
// name and the columns of CSV (result-fields.ts) and docs/result.schema.json (report/result-schema.ts) are made from this.
//
// `object` takes exactly the keys of the type it describes, so a field without a description does not compile. What no
// expectation can name is `hidden`.

import type {
  Counters,
  ExpectationResult,
  Finding,
  GoroutineDetail,
  GoroutineRef,
  LogEntry,
  Neighbour,
  Outcome,
  OutcomeKind,
  Processor,
  Quota,
  QuotaCounts,
  Result,
  Sample,
  Summary,
  Thread,
  ThreadReason,
  UnfinishedGoroutine,
} from '../sim/result.ts';

export type ValueKind = 'duration' | 'number' | 'fraction' | 'text' | 'bool';

interface Common {
  readonly doc: string;
  readonly nullable?: true;
  readonly hidden?: true;
}

export interface ValueShape extends Common {
  readonly shape: 'value';
  readonly kind: ValueKind;
  readonly words: readonly string[] | null; // a text that is one of these
  readonly decimal?: true; // a number that need not be whole
}

export interface ObjectShape extends Common {
  readonly shape: 'object';
  readonly fields: Readonly<Record<string, Shape>>;
}

/** Values under names that the scenario declares, or under wait reasons. */
export interface MapShape extends Common {
  readonly shape: 'map';
  readonly each: Shape;
}

export interface ListShape extends Common {
  readonly shape: 'list';
  readonly each: Shape;
  /** A list that expectations know as one text: the field of its entries that makes it. */
  readonly asText?: true;
}

/** A figure or a text, as the two kinds of value that `actual` has. */
export interface EitherShape extends Common {
  readonly shape: 'either';
}

export type Shape = ValueShape | ObjectShape | MapShape | ListShape | EitherShape;

const value = (kind: ValueKind, doc: string, words: readonly string[] | null = null): ValueShape => ({ shape: 'value', kind, doc, words });
const number = (doc: string): ValueShape => value('number', doc);
const duration = (doc: string): ValueShape => value('duration', doc);
const flag = (doc: string): ValueShape => value('bool', doc);
const text = (doc: string): ValueShape => value('text', doc);
const word = <Word extends string>(doc: string, words: readonly Word[]): ValueShape => value('text', doc, words);
const object = <T>(doc: string, fields: Readonly<Record<keyof T, Shape>>): ObjectShape => ({ shape: 'object', doc, fields });
const list = (doc: string, each: Shape): ListShape => ({ shape: 'list', doc, each });
const map = (doc: string, each: Shape): MapShape => ({ shape: 'map', doc, each });
const nullable = <S extends Shape>(shape: S): S => ({ ...shape, nullable: true });
const hidden = <S extends Shape>(shape: S): S => ({ ...shape, hidden: true });

const OUTCOMES: readonly OutcomeKind[] = [
  'completed',
  'exit',
  'deadlock',
  'hang',
  'panic',
  'fatal',
  'threads-exhausted',
  'until',
  'limit',
  'interrupted',
];
const REASONS: readonly ThreadReason[] = ['start', 'sysmon', 'handoff', 'spinning', 'locked', 'template', 'inject', 'cgo'];
const STATES: readonly UnfinishedGoroutine['state'][] = ['runnable', 'running', 'syscall', 'waiting'];
const LEVELS: readonly ExpectationResult['level'][] = ['error', 'warn'];

const goroutine: Readonly<Record<keyof GoroutineRef, Shape>> = {
  id: number('Its goid.'),
  name: text('The body it runs.'),
  index: number('Its number in the loop of its go statement; 0 without one.'),
};

const summary = (doc: string): ObjectShape =>
  object<Summary>(`${doc} Zeros when there is none.`, {
    count: number('How many.'),
    meanNs: duration('Their mean, rounded.'),
    p50Ns: duration('The median: of n sorted durations the one numbered floor(n / 2).'),
    p90Ns: duration('The 90th percentile.'),
    p99Ns: duration('The 99th percentile.'),
    p999Ns: duration('The 99.9th percentile.'),
    maxNs: duration('The longest.'),
  });

const logEntry = object<LogEntry>('A text that the program logged.', {
  atNs: duration('When.'),
  g: object<GoroutineRef>('Who.', goroutine),
  p: number('The processor it ran on.'),
  m: number('The thread it ran on.'),
  text: text('What.'),
});

const processor = object<Processor>(
  'A processor (P). Its times sum to the length of the run, as goroutine, gc, sched, spinning, syscall, idle.',
  {
    id: number('Its number, from 0.'),
    goroutineNs: duration('Running goroutines of the program.'),
    gcNs: duration('Running the collector.'),
    schedNs: duration('In the scheduler.'),
    spinningNs: duration('Looking for work to steal.'),
    syscallNs: duration('Held by a goroutine in a system call.'),
    idleNs: duration('Idle, or given to a thread that has not yet woken.'),
    busyNs: duration('goroutine, gc and sched together.'),
    utilization: value('fraction', 'busy as a fraction of the length of the run; 0 when that is 0.'),
  },
);

const thread = object<Thread>('A thread (M).', {
  id: number("Go's number of the M."),
  createdAtNs: duration('When it was made; 0 for those of the start.'),
  endedAtNs: nullable(duration('When it ended; null while it lives.')),
  reason: word('What it was made for.', REASONS),
  g: hidden(nullable(object<GoroutineRef>('The goroutine that ran, or was in a system call, when it was needed.', goroutine))),
});

const unfinished = object<UnfinishedGoroutine>('A goroutine that had not ended.', {
  ...goroutine,
  state: word('Its state.', STATES),
  reason: text("Go's wait reason; empty when it is not waiting."),
});

const detail = object<GoroutineDetail>('A goroutine.', {
  ...goroutine,
  createdAtNs: duration('When it was started.'),
  firstRunAtNs: nullable(duration('When it first ran; null when it never did.')),
  endedAtNs: nullable(duration('When it ended; null when it had not.')),
  cpuNs: duration('How long it ran.'),
  runnableNs: duration('How long it was runnable and did not run.'),
  blockedNs: map('How long it waited, by wait reason.', duration('How long.')),
});

const counters = object<Counters>('What the scheduler did, counted.', {
  goCreate: number('Goroutines created, those of the runtime too.'),
  goStart: number('Goroutines that began to run, each time.'),
  goSched: number('Calls of Gosched and goyield.'),
  goPreempt: number('Preemptions.'),
  goBlock: number('Goroutines that parked.'),
  goUnblock: number('Goroutines made ready.'),
  goSyscall: number('System calls.'),
  goSyscallBlocked: number('System calls that lost their processor.'),
  procStart: number('Processors taken by a thread.'),
  procStop: number('Processors given up by a thread.'),
  gcCycles: number('Cycles of the collector.'),
  steals: number('Batches stolen.'),
  stolen: number('Goroutines in them.'),
  globalGets: number('Goroutines taken from the global queue.'),
  handoffs: number('Processors handed off.'),
  retakes: number('Processors that sysmon took from system calls.'),
  wakeups: number('Parked threads woken for a processor.'),
  spins: number('Threads that began to spin.'),
  netpollWakes: number('Goroutines made ready by the netpoller.'),
  timerFires: number('Timers that fired.'),
});

const limit: Readonly<Record<keyof QuotaCounts, Shape>> = {
  cpus: { ...number('The limit in CPUs: quota / period.'), decimal: true },
  quotaNs: duration('Processor time that may be consumed in a period.'),
  periodNs: duration('How often the quota is refilled.'),
  burstNs: duration('What may be saved up beyond it.'),
  usageNs: duration('Processor time consumed.'),
  periods: number('Periods that ended; one in which nothing ran is not counted.'),
  throttledPeriods: number('Those of them that ended with a CPU throttled.'),
  throttledShare: value('fraction', 'throttledPeriods / periods; 0 when there are none.'),
  throttledNs: duration('How long CPUs were throttled, summed over them.'),
  bursts: number('Periods that consumed more than the quota.'),
  burstUsedNs: duration('How much more, in all.'),
};

const quota = object<Quota>("The CPU limit and its counters, in the words of the kernel's cpu.max and cpu.stat; null without one.", {
  ...limit,
  outer: list('The limits around this one, from the inside out.', object<QuotaCounts>('A limit.', limit)),
});

const sample = object<Sample>("The scheduler at an instant, in the words of Go's schedtrace.", {
  atNs: duration('When.'),
  runqueue: number('Length of the global queue.'),
  local: list("Length of each processor's queue, runnext not counted.", number('Of one processor.')),
  idleProcs: number('Idle processors.'),
  threads: number('Threads.'),
  idleThreads: number('Threads that wait for work.'),
  spinningThreads: number('Threads that look for work.'),
  needSpinning: number('1 when one more of these is wished for.'),
  goroutines: number('Goroutines of the program.'),
  schedticks: list('Time slices that each processor has begun.', number('Of one processor.')),
});

const expectation = object<ExpectationResult>('An expectation.', {
  that: text('As it is written.'),
  ok: flag('Whether it holds.'),
  actual: nullable({ shape: 'either', doc: 'The figure it is about; null when the run has none such.' }),
  level: word('warn: it fails nothing.', LEVELS),
  why: nullable(text('Why it is expected, or what is wrong with it.')),
});

const finding = object<Finding>('Something that explains the figures.', {
  id: text('What kind of thing it is, the same in every run.'),
  sentence: text('What was found.'),
  evidence: text('The figures that show it.'),
  wayOut: nullable(text('What helps; null when there is nothing to be named.')),
});

export const RESULT_SHAPE = object<Result>(
  'What a run of gosim returns. Times are whole nanoseconds of virtual time; instants count from the first instruction of main.',
  {
    schema: hidden(word('Which schema this is.', ['gosim.result/v1'])),
    gosim: hidden(text('The version of gosim.')),
    scenario: hidden(
      object<Result['scenario']>('What was run.', { name: text('Its name.'), file: text('The file it was read from, as it was named.') }),
    ),
    seed: number('Where all chance came from.'),
    go: text('The version of Go whose runtime was simulated.'),
    gomaxprocs: number('GOMAXPROCS.'),
    machine: object<Result['machine']>('The computer.', { cpus: number('Hardware threads.') }),
    neighbours: map(
      'Other loads of the machine, by name.',
      object<Neighbour>('A neighbour.', {
        threads: number('Its threads.'),
        cpuWeight: number('Its share of CPUs that others want too; that of the process is 100 where the scenario does not say.'),
        cpuNs: duration('Processor time that it has had.'),
      }),
    ),
    runtime: hidden(map("Constants of Go's runtime that were other than Go's; durations in ns.", number('Its value.'))),
    model: hidden(word('The model of the scheduler.', ['gmp'])),
    outcome: object<Outcome>('How the run ended.', {
      kind: word('What ended it.', OUTCOMES),
      exitCode: number('The status with which Go would exit.'),
      message: text('The first line that Go would print on stderr; for limit and hang what happened; else empty.'),
    }),
    makespanNs: duration('How long the run took.'),
    log: { ...list('What the program logged, in order.', logEntry), asText: true },
    logTruncated: flag('Whether entries are missing at the end of it.'),
    processors: list('The processors, by number.', processor),
    threads: object<Result['threads']>('The threads.', {
      atStart: number('At time 0.'),
      created: number('In all, those of the start too.'),
      peak: number('At once.'),
      list: list('Each of them, in the order they were made.', thread),
    }),
    goroutines: object<Result['goroutines']>("The program's goroutines.", {
      created: number('In all.'),
      finished: number('That ended; main too, when it has returned.'),
      peak: number('At once.'),
      unfinished: list('Those that had not ended.', unfinished),
      unfinishedTruncated: flag('Whether there are more than are listed.'),
      list: hidden(nullable(list('Each of them; null without --detail.', detail))),
    }),
    counters,
    transfers: object<Result['transfers']>("Memory that came from other CPUs' caches.", {
      lines: number('Lines of 64 bytes.'),
      waitedNs: duration('How long operations waited for them, summed over the CPUs.'),
    }),
    slices: summary('Time slices: how long goroutines ran at a time.'),
    schedLatency: summary('How long goroutines were runnable before they ran.'),
    spans: map('Durations that the program measured, by name.', summary('The durations of a span.')),
    channels: map(
      'Channels by name; an array is one.',
      object<Result['channels'][string]>('A channel.', {
        sends: number('Values sent.'),
        blockedSends: number('Sends that had to wait.'),
        peakLen: number('Values in it at once.'),
        blockedNs: duration('How long goroutines waited to send or receive.'),
      }),
    ),
    listeners: map(
      'Listeners by name.',
      object<Result['listeners'][string]>('A listener.', {
        arrivals: number('Connections that arrived.'),
        accepted: number('Those that were accepted.'),
        replied: number('Requests of closed-loop clients that were answered.'),
        backlogPeak: number('Connections that waited at once.'),
        backlogLeft: number('Connections that waited when the run ended.'),
        waits: summary('How long connections waited to be accepted.'),
      }),
    ),
    mutexes: map(
      'Mutexes by name; an array is one.',
      object<Result['mutexes'][string]>('A mutex.', {
        locks: number('How often it was locked.'),
        contended: number('How often that had to wait.'),
        starvations: number('How often it went into starvation mode.'),
        waits: summary('How long goroutines waited for it.'),
      }),
    ),
    quota: nullable(quota),
    series: hidden(nullable(list('Samples of the scheduler; null without --sample.', sample))),
    expectations: hidden(list('The expectations of the scenario and of --expect.', expectation)),
    warnings: hidden(list('What is to be known about this result.', text('A sentence.'))),
    findings: hidden(list('What explains the figures.', finding)),
    events: nullable(number('Rows of the event log; null when none was kept.')),
    eventHash: nullable(text('Eight hexadecimal digits over the event log; null with events.')),
  },
);
