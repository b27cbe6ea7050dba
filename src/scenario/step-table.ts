// The steps of the language and their keys, in one table: what reads steps, the JSON Schema and the reference page are
// made from it. A step is a mapping with one key, its name; what stands there is either the short form (`cpu: 2ms`,
// the key named by `short`) or a mapping of keys (`cpu: {for: 2ms, calls: false}`). Some keys stand beside the name.

/** What a field holds, and so how it is read. */
export type FieldType =
  | 'quantity' // a duration or a distribution
  | 'instant' // a duration, or a number of nanoseconds
  | 'int'
  | 'value' // what a channel or var can hold: a number, or a duration as its nanoseconds
  | 'any' // a number, a duration or a condition
  | 'condition'
  | 'flag' // true or false, written out
  | 'weight' // a decimal number above 0
  | 'text'
  | 'name' // a name that its use declares: a span, a once
  | 'local' // a name that this introduces
  | 'body'
  | 'channel'
  | 'source' // a channel, or a ticker
  | 'lock' // a mutex, or an rwmutex
  | 'rwmutex'
  | 'waitgroup'
  | 'cond'
  | 'listener'
  | 'timer' // of an afterFunc
  | 'anyTimer' // or a ticker
  | 'reset' // one of them: duration
  | 'pipe'
  | 'steps'
  | 'arguments' // name: value
  | 'assignment' // one name: value
  | 'delta' // one waitgroup: number
  | 'cases'
  | 'capacity' // of a channel
  | 'arrivals' // how connections arrive at a listener
  | 'duration'
  | 'cpus' // a limit in CPUs: a decimal number
  | 'limits' // a list of them
  | 'neighbours' // name: its keys
  | 'kernel' // constants of the kernel
  | 'costs' // what operations cost
  | 'spread' // a duration, or its two ends
  | 'choices';

/** What stands in such a field, in words. */
export const FIELD_TYPES: Readonly<Record<FieldType, string>> = {
  quantity: 'duration or distribution',
  instant: 'instant',
  int: 'whole number',
  value: 'whole number or duration',
  any: 'value of any type',
  condition: 'condition',
  flag: 'true or false',
  weight: 'decimal number above 0',
  text: 'text',
  name: 'name, declared by its use',
  local: 'new name',
  body: 'body',
  channel: 'channel',
  source: 'channel or ticker',
  timer: 'timer',
  anyTimer: 'timer or ticker',
  reset: 'timer or ticker: duration',
  pipe: 'pipe',
  lock: 'mutex or rwmutex',
  rwmutex: 'rwmutex',
  waitgroup: 'waitgroup',
  cond: 'cond',
  listener: 'listener',
  capacity: 'whole number, or nil',
  arrivals: 'how connections arrive',
  cpus: 'a limit in CPUs',
  limits: 'list of limits',
  neighbours: 'name: keys, …',
  kernel: 'constant: duration, …',
  costs: 'operation: duration, …',
  spread: 'duration, or a list of the least and the most',
  duration: 'duration',
  steps: 'list of steps',
  arguments: 'name: value, …',
  assignment: 'name: value',
  delta: 'waitgroup: number',
  cases: 'list of cases',
  choices: 'list of choices',
};

export interface KeySpec {
  readonly name: string;
  readonly type: FieldType;
  readonly doc: string;
  readonly required?: true;
}

export interface StepSpec {
  readonly name: string;
  readonly group: 'work' | 'net' | 'channels' | 'timers' | 'pipes' | 'sync' | 'goroutines' | 'control' | 'measure' | 'runtime';
  readonly doc: string;
  readonly short?: KeySpec; // what the step's value is when it is not a mapping of keys; may be one of `keys`
  readonly shortList?: KeySpec; // what it is instead when it is a list
  readonly keys?: readonly KeySpec[]; // of the mapping form
  readonly beside?: readonly KeySpec[]; // beside the step's name
  readonly word?: true; // written as a bare word
}

const key = (name: string, type: FieldType, doc: string): KeySpec => ({ name, type, doc });
const must = (name: string, type: FieldType, doc: string): KeySpec => ({ name, type, doc, required: true });

const forKey = (doc: string): KeySpec => must('for', 'quantity', doc);
const doKey = must('do', 'steps', 'The steps inside.');
const asKey = key('as', 'local', 'Introduces a local that holds the value.');
const okKey = key('ok', 'local', 'Introduces a local that is false when the channel was closed and empty.');
const withKey = key('with', 'arguments', 'Arguments, by the names they have in the body. All who start or call a body give the same ones.');
const run = must('run', 'body', 'The body.');
const channel = (name: string, doc: string): KeySpec => must(name, 'channel', doc);
const source = must('from', 'source', 'The channel, or ticker.');
const sendKeys = { to: channel('to', 'The channel.'), value: key('value', 'value', 'What is sent; 0 when left out.') };
const goKeys = {
  run: key('run', 'body', 'The body to start.'),
  do: key('do', 'steps', 'Steps to start in place of a body; they see the names around, copied at the statement.'),
};
const listenerKey = must('from', 'listener', 'The listener.');
const arrivedKey = key('as', 'local', 'Introduces a local that holds the instant of the arrival, which no other of that listener has.');
const spanName = must('name', 'name', 'The name its durations are collected under.');
const onceName = must('name', 'name', 'The sync.Once.');
const sinceKey = key('since', 'instant', 'When it began: time since the start.');

const TABLE: readonly StepSpec[] = [
  {
    name: 'cpu',
    group: 'work',
    doc: 'A burst of processor time. It can be preempted.',
    short: forKey('Processor time.'),
    keys: [forKey('Processor time.'), key('calls', 'flag', 'false: a tight loop without calls.')],
  },
  {
    name: 'syscall',
    group: 'work',
    doc: 'A blocking system call: it holds the thread (M) and burns no processor time.',
    short: forKey('Wall time.'),
    keys: [
      forKey('Wall time.'),
      key('cpu', 'quantity', 'Processor time burnt in the kernel or in C.'),
      key('raw', 'flag', 'true: a raw system call, which the scheduler does not see: it holds the processor (P) too.'),
    ],
  },
  {
    name: 'cgo',
    group: 'work',
    doc: 'A call into C: all of it is processor time, and it holds the thread (M) as a system call does.',
    short: forKey('Processor time.'),
    keys: [forKey('Processor time.')],
  },
  {
    name: 'net',
    group: 'work',
    doc: 'A read or write on a descriptor that the netpoller watches: it parks the goroutine until it is ready.',
    short: forKey('Time until it is ready.'),
    keys: [forKey('Time until it is ready.')],
  },
  {
    name: 'sleep',
    group: 'work',
    doc: 'time.Sleep, for some time or until an instant.',
    short: key('for', 'quantity', 'How long.'),
    keys: [key('for', 'quantity', 'How long.'), key('until', 'instant', 'Time since the start.')],
  },
  {
    name: 'accept',
    group: 'net',
    doc: 'Accept of a listener: parks in the netpoller until a connection arrives. Those that came before it wait in order.',
    short: listenerKey,
    keys: [listenerKey, arrivedKey],
    beside: [arrivedKey],
  },
  {
    name: 'reply',
    group: 'net',
    doc: 'Answers a request of a closed-loop client, which then begins to think. Clients of other listeners wait for no answer.',
    short: must('to', 'instant', 'Which request: the instant at which it arrived.'),
  },
  {
    name: 'send',
    group: 'channels',
    doc: 'ch <- value.',
    short: sendKeys.to,
    keys: [sendKeys.to, sendKeys.value],
    beside: [sendKeys.value],
  },
  {
    name: 'recv',
    group: 'channels',
    doc: '<-ch. Values are whole numbers; those of a ticker are instants, as `now` is.',
    short: source,
    keys: [source, asKey, okKey],
    beside: [asKey, okKey],
  },
  { name: 'close', group: 'channels', doc: 'close(ch).', short: channel('channel', 'The channel.') },
  {
    name: 'range',
    group: 'channels',
    doc: 'for v := range ch: until the channel is closed and drained.',
    short: source,
    beside: [asKey, doKey],
  },
  {
    name: 'select',
    group: 'channels',
    doc: 'A select statement. Without cases it blocks for ever.',
    short: must(
      'cases',
      'cases',
      'Cases: {recv: a, as: v, do: […]}, {send: b, value: 1, do: […]}, {after: 1ms, do: […]}, default or {default: […]}.',
    ),
  },
  {
    name: 'afterFunc',
    group: 'timers',
    doc: 'time.AfterFunc: after some time the steps run in a goroutine of their own.',
    keys: [
      key('timer', 'timer', 'Where the timer is kept, to be stopped or reset: one variable for the whole program.'),
      must('after', 'quantity', 'How long from now.'),
      must('do', 'steps', 'The steps; they see the names around, copied at the statement.'),
    ],
  },
  { name: 'stopTimer', group: 'timers', doc: 'Stop of a timer or ticker.', short: must('timer', 'anyTimer', 'The timer, or ticker.') },
  {
    name: 'resetTimer',
    group: 'timers',
    doc: 'Reset of a timer, or of a ticker, whose period the duration then is.',
    short: must('reset', 'reset', 'The timer or ticker and the duration, as {t: 5ms}.'),
  },
  { name: 'read', group: 'pipes', doc: 'Reads a byte from a pipe; waits until there is one.', short: must('pipe', 'pipe', 'The pipe.') },
  {
    name: 'write',
    group: 'pipes',
    doc: 'Writes a byte to a pipe; waits for room while 64 KiB are in it.',
    short: must('pipe', 'pipe', 'The pipe.'),
  },
  { name: 'lock', group: 'sync', doc: 'Lock of a mutex or rwmutex.', short: must('lock', 'lock', 'The lock.') },
  { name: 'unlock', group: 'sync', doc: 'Unlock of a mutex or rwmutex.', short: must('lock', 'lock', 'The lock.') },
  { name: 'rlock', group: 'sync', doc: 'RLock of an rwmutex.', short: must('lock', 'rwmutex', 'The rwmutex.') },
  { name: 'runlock', group: 'sync', doc: 'RUnlock of an rwmutex.', short: must('lock', 'rwmutex', 'The rwmutex.') },
  { name: 'add', group: 'sync', doc: 'wg.Add(n).', short: must('wg', 'delta', 'The waitgroup and the number, as {wg: 3}.') },
  { name: 'done', group: 'sync', doc: 'wg.Done().', short: must('wg', 'waitgroup', 'The waitgroup.') },
  { name: 'wait', group: 'sync', doc: 'wg.Wait().', short: must('wg', 'waitgroup', 'The waitgroup.') },
  { name: 'condWait', group: 'sync', doc: 'Wait of a cond, whose locker the goroutine holds.', short: must('cond', 'cond', 'The cond.') },
  { name: 'signal', group: 'sync', doc: 'Signal of a cond.', short: must('cond', 'cond', 'The cond.') },
  { name: 'broadcast', group: 'sync', doc: 'Broadcast of a cond.', short: must('cond', 'cond', 'The cond.') },
  {
    name: 'once',
    group: 'sync',
    doc: 'once.Do: the first to come runs the steps, the others wait until they are done.',
    short: onceName,
    keys: [onceName, doKey],
    beside: [doKey],
  },
  {
    name: 'go',
    group: 'goroutines',
    doc: 'The go statement: starts a body, or steps written in place.',
    short: goKeys.run,
    shortList: goKeys.do,
    keys: [
      goKeys.run,
      goKeys.do,
      key('count', 'int', 'Starts this many, in one loop.'),
      key('as', 'local', "The loop's counter, which is passed on under this name."),
      withKey,
      key('wg', 'waitgroup', 'Added to before each start, done when the goroutine ends.'),
      key('recover', 'flag', 'true: a panic ends only this goroutine.'),
    ],
  },
  { name: 'call', group: 'goroutines', doc: 'Calls a body as a function.', short: run, keys: [run, withKey] },
  {
    name: 'repeat',
    group: 'control',
    doc: 'A loop of a number of rounds, or of rounds for as long as some time has not passed.',
    short: must('count', 'int', 'Rounds.'),
    keys: [forKey('Tested at the top of each round.')],
    beside: [key('as', 'local', "The round's number, from 0."), doKey],
  },
  { name: 'forever', group: 'control', doc: 'A loop without an end of its own.', short: must('do', 'steps', 'The steps inside.') },
  {
    name: 'while',
    group: 'control',
    doc: 'A loop for as long as a condition holds.',
    short: must('condition', 'condition', 'Tested at the top of each round.'),
    beside: [doKey],
  },
  {
    name: 'if',
    group: 'control',
    doc: 'Steps that run when a condition holds.',
    short: must('condition', 'condition', 'The condition.'),
    beside: [doKey, key('else', 'steps', 'Steps that run when it does not.')],
  },
  { name: 'break', group: 'control', doc: 'Leaves the innermost loop, also from inside a select.', word: true },
  { name: 'continue', group: 'control', doc: 'Begins the next round of the innermost loop.', word: true },
  { name: 'return', group: 'control', doc: 'Leaves the body. In main it ends the program.', word: true },
  {
    name: 'set',
    group: 'control',
    doc: 'Sets a local or a var. A name that is neither becomes a local, to the end of the block.',
    short: must('assignment', 'assignment', 'One name and its value, as {n: 1}.'),
  },
  {
    name: 'choose',
    group: 'control',
    doc: 'Runs one of several lists of steps, drawn by weight.',
    short: must('choices', 'choices', 'List of {weight: 3, do: […]}.'),
  },
  {
    name: 'span',
    group: 'measure',
    doc: 'Measures the steps inside; or, with `since`, from an instant to now.',
    short: spanName,
    keys: [spanName, sinceKey],
    beside: [key('do', 'steps', 'The steps that are measured.'), sinceKey],
  },
  {
    name: 'log',
    group: 'measure',
    doc: 'Appends a text to the log of the result. Costs no time.',
    short: must('text', 'text', 'The text.'),
  },
  { name: 'gosched', group: 'runtime', doc: 'runtime.Gosched().', word: true },
  { name: 'goexit', group: 'runtime', doc: 'runtime.Goexit().', word: true },
  { name: 'lockOSThread', group: 'runtime', doc: 'runtime.LockOSThread().', word: true },
  { name: 'unlockOSThread', group: 'runtime', doc: 'runtime.UnlockOSThread().', word: true },
  { name: 'panic', group: 'runtime', doc: 'panic(text).', short: must('text', 'text', 'The text.') },
  { name: 'exit', group: 'runtime', doc: 'os.Exit(code).', short: must('code', 'int', 'The status.') },
];

export const STEPS: ReadonlyMap<string, StepSpec> = new Map(TABLE.map((spec) => [spec.name, spec]));

const step = (name: string): StepSpec => STEPS.get(name)!;
const caseDoKey = key('do', 'steps', 'Steps that run when this case is chosen.');

/** The cases of a select, besides `default`: two look like the step they are, with steps beside. */
export const CASES: ReadonlyMap<string, StepSpec> = new Map(
  [
    { ...step('recv'), beside: [...step('recv').beside!, caseDoKey] },
    { ...step('send'), beside: [...step('send').beside!, caseDoKey] },
    {
      name: 'after',
      group: 'channels' as const,
      doc: '<-time.After(duration): chosen when no other case was ready for so long.',
      short: forKey('How long.'),
      beside: [caseDoKey],
    },
  ].map((spec) => [spec.name, spec]),
);

/** The keys of one of the lists of `choose`. */
export const CHOICE_KEYS: readonly KeySpec[] = [
  must('weight', 'weight', 'How likely, against the others.'),
  must('do', 'steps', 'The steps.'),
];

/** Steps of the language that this version does not have. */
export const STEPS_LATER: ReadonlySet<string> = new Set('alloc gc stopTheWorld setGomaxprocs'.split(' '));

/** What people call a step who think of Go, or of another language. */
export const STEP_ALIASES: ReadonlyMap<string, string> = new Map([
  ['receive', 'recv'],
  ['spawn', 'go'],
  ['goroutine', 'go'],
  ['loop', 'forever'],
  ['for', 'repeat'],
  ['print', 'log'],
  ['println', 'log'],
  ['work', 'cpu'],
  ['compute', 'cpu'],
  ['io', 'syscall'],
  ['yield', 'gosched'],
  ['switch', 'choose'],
  ['after', 'select'],
  ['timeout', 'select'],
  ['mutex', 'lock'],
]);

/** The keys that stand beside some step's name, which are no steps themselves. */
export const BESIDE_KEYS: ReadonlySet<string> = new Set(TABLE.flatMap((spec) => (spec.beside ?? []).map((one) => one.name)));
