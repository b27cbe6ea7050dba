// The execution traces of Go 1.22 and later, as bytes: a header, then batches, each of one thread in one generation. A
// batch holds either timed events of that thread or a table (strings, stacks, the clock's rate) of its generation. All
// numbers are variable-length integers; an event's time is the difference to the one before in its batch.

/** What is wrong with a trace; its text is for the user. */
export class TraceError extends Error {}

/** The numbers by which a trace calls its events. */
export const EV = {
  batch: 1,
  stacks: 2,
  stack: 3,
  strings: 4,
  string: 5,
  frequency: 8,
  procStart: 10,
  procStop: 11,
  procSteal: 12,
  procStatus: 13,
  goCreate: 14,
  goStart: 16,
  goDestroy: 17,
  goStop: 19,
  goBlock: 20,
  goUnblock: 21,
  goSyscallBegin: 22,
  goSyscallEnd: 23,
  goSyscallEndBlocked: 24,
  goStatus: 25,
  userLog: 44,
  goCreateBlocked: 47,
  goStatusStack: 48,
  experimentalBatch: 49,
  sync: 50,
  clockSnapshot: 51,
  endOfGeneration: 52,
} as const;

/** Arguments of the timed events after the time, by number from 9 (a change of GOMAXPROCS) on; -1: not a timed event. */
const ARGUMENTS = [
  2, 2, 0, 3, 2, 3, 1, 2, 0, 0, 2, 2, 3, 2, 0, 0, 3, 2, 0, 1, 2, 1, 1, 1, 2, 1, 1, 0, 1, 1, 1, 4, 2, 3, 3, 4, 2, 2, 3, 4, -1, -1, 3, -1,
];
const FIRST_TIMED = 9;

const OLDEST = 22;
const NEWEST = 26;

export interface RawEvent {
  readonly time: number; // ns
  readonly type: number;
  readonly args: readonly number[];
}

export interface Generation {
  /** Events of each thread, in its order. */
  readonly threads: ReadonlyMap<number, RawEvent[]>;
  readonly strings: ReadonlyMap<number, string>;
  /** By number of the stack, the name of its outermost function. */
  readonly entries: ReadonlyMap<number, string>;
}

/** The generations of a trace, in order. */
export function readGenerations(bytes: Uint8Array): Generation[] {
  const header = new TextDecoder('latin1').decode(bytes.subarray(0, 16));
  const minor = Number(/^go 1\.(\d+) trace\0*$/.exec(header)?.[1] ?? 0);
  if (minor < OLDEST) throw new TraceError('this is no execution trace of Go 1.22 or later');
  if (minor > NEWEST) throw new TraceError(`this is an execution trace of Go 1.${minor}: 1.${NEWEST} is the newest that can be read`);
  const generations = new Map<number, Batch[]>();
  const cursor = new Cursor(bytes, 16);
  while (!cursor.atEnd()) {
    const type = cursor.byte();
    if (type === EV.endOfGeneration) continue;
    const experimental = type === EV.experimentalBatch;
    if (experimental) cursor.byte();
    else if (type !== EV.batch) throw new TraceError(`byte ${cursor.at - 1} begins no batch of events`);
    const generation = cursor.number();
    const thread = cursor.number();
    const time = cursor.number();
    const data = cursor.bytes(cursor.number());
    if (experimental) continue;
    const batches = generations.get(generation);
    if (batches === undefined) generations.set(generation, [{ thread, time, data }]);
    else batches.push({ thread, time, data });
  }
  return [...generations].sort(([a], [b]) => a - b).map(([, batches]) => readGeneration(batches));
}

interface Batch {
  readonly thread: number;
  readonly time: number; // in units of the trace's clock
  readonly data: Uint8Array;
}

function readGeneration(batches: readonly Batch[]): Generation {
  const strings = new Map<number, string>();
  const outermost = new Map<number, number>(); // stack -> string
  let perSecond = 0;
  for (const { data } of batches) {
    const cursor = new Cursor(data, 0);
    switch (data[0]) {
      case EV.strings:
        readStrings(cursor, strings);
        break;
      case EV.stacks:
        readStacks(cursor, outermost);
        break;
      case EV.sync:
      case EV.frequency:
        perSecond = readRate(cursor);
        break;
    }
  }
  if (perSecond === 0) throw new TraceError('the trace does not say how fast its clock runs: it was cut off');
  const threads = new Map<number, RawEvent[]>();
  for (const batch of batches) {
    if (isTable(batch.data[0])) continue;
    const events = threads.get(batch.thread) ?? [];
    threads.set(batch.thread, events);
    readEvents(batch, 1e9 / perSecond, events);
  }
  const entries = new Map([...outermost].map(([stack, name]) => [stack, strings.get(name) ?? '']));
  return { threads, strings, entries };
}

function isTable(first: number): boolean {
  return first < FIRST_TIMED || first === EV.sync;
}

function readEvents({ time, data }: Batch, nsPerUnit: number, events: RawEvent[]): void {
  const cursor = new Cursor(data, 0);
  let now = time;
  while (!cursor.atEnd()) {
    const type = cursor.byte();
    const count = ARGUMENTS[type - FIRST_TIMED] ?? -1;
    if (count < 0) throw new TraceError(`event ${type} is none of those that a thread records`);
    now += cursor.number();
    const args: number[] = [];
    for (let i = 0; i < count; i++) args.push(cursor.number());
    events.push({ time: now * nsPerUnit, type, args });
  }
}

function readStrings(cursor: Cursor, strings: Map<number, string>): void {
  const decoder = new TextDecoder();
  cursor.byte();
  while (!cursor.atEnd()) {
    if (cursor.byte() !== EV.string) throw new TraceError('a table of strings holds something else');
    const id = cursor.number();
    strings.set(id, decoder.decode(cursor.bytes(cursor.number())));
  }
}

/** A frame is an address, a function, a file and a line; the innermost comes first. */
function readStacks(cursor: Cursor, outermost: Map<number, number>): void {
  cursor.byte();
  while (!cursor.atEnd()) {
    if (cursor.byte() !== EV.stack) throw new TraceError('a table of stacks holds something else');
    const id = cursor.number();
    let name = 0;
    for (let frames = cursor.number(); frames > 0; frames--) {
      cursor.number();
      name = cursor.number();
      cursor.number();
      cursor.number();
    }
    outermost.set(id, name);
  }
}

/** Units of the clock in a second. */
function readRate(cursor: Cursor): number {
  let rate = 0;
  while (!cursor.atEnd()) {
    const type = cursor.byte();
    if (type === EV.frequency) rate = cursor.number();
    else if (type === EV.clockSnapshot) for (let i = 0; i < 4; i++) cursor.number();
    else if (type !== EV.sync) throw new TraceError('a table of clocks holds something else');
  }
  return rate;
}

class Cursor {
  at: number;
  private readonly data: Uint8Array;

  constructor(data: Uint8Array, at: number) {
    this.data = data;
    this.at = at;
  }

  atEnd(): boolean {
    return this.at >= this.data.length;
  }

  byte(): number {
    if (this.atEnd()) throw new TraceError('the trace ends in the middle of something');
    return this.data[this.at++];
  }

  /** Exact up to 2^53; what is larger (addresses never are, "no thread" is) comes out as about what it was. */
  number(): number {
    let n = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      n += (byte & 127) * scale;
      if (byte < 128) return n;
    }
  }

  bytes(length: number): Uint8Array {
    if (this.at + length > this.data.length) throw new TraceError('the trace ends in the middle of something');
    const from = this.at;
    this.at += length;
    return this.data.subarray(from, this.at);
  }
}
