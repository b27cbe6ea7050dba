// What the operations of the runtime and the kernel cost on a machine, each a parameter of it: `machine: {costs: {go: 200ns}}`.
// The table holds all of them; `npm test -- docs -u` writes it into docs/language.md, with the built-in costs.

import type { Costs } from '../runtime/costs.ts';
import { costsOf } from '../runtime/costs.ts';
import type { Env } from './expression.ts';
import { readKeys } from './step-shape.ts';
import type { KeySpec } from './step-table.ts';
import { readValue } from './values.ts';
import type { Node } from './yaml.ts';

const LONGEST_NS = 1_000_000_000;

const DOCS: { readonly [K in keyof Costs]: string } = {
  round: 'One round of a loop.',
  call: "Of an operation's time, what passes before its function looks whether it is to give way.",
  go: 'A go statement.',
  goCold: 'More for it when a new goroutine and its stack must be made.',
  chanOp: 'A send or a receive.',
  chanClose: 'The close of a channel.',
  select: 'A select;',
  selectCase: 'and more for each of its cases.',
  lock: 'Lock or Unlock of a Mutex.',
  rwlock: 'Lock or Unlock of an RWMutex.',
  rlock: 'RLock or RUnlock.',
  mutexSpin: 'One spin of a Lock that waits.',
  waitgroup: 'Add, Done or Wait.',
  cond: 'Wait, Signal or Broadcast.',
  once: 'Do of a Once that has been done.',
  setVar: 'A write to a shared variable.',
  syscallEnter: 'The way into a system call.',
  syscallExit: 'The way out of it.',
  netRead: 'A read of a connection or a pipe that finds its data, or a reply.',
  netWait: 'A read of a connection that would block.',
  accept: 'An accept that finds a connection, or would block.',
  timerAdd: 'The timer of a sleep.',
  afterFunc: 'A new timer or ticker.',
  timerStop: 'Stop of a timer.',
  timerReset: 'Reset of a timer.',
  pipeWrite: 'A write to a pipe that need not wait.',
  lockOSThread: 'LockOSThread or UnlockOSThread.',
  schedule: 'The scheduler, from a goroutine that stops to the next one;',
  park: 'the same when it parks, with the price of making it ready later.',
  goexit: 'The end of a goroutine.',
  steal: 'A round of stealing;',
  stealPerP: 'and more for each P that is looked at.',
  netpoll: 'A poll of the network that does not wait;',
  netpollReady: 'and more for each descriptor that it finds ready.',
  timerFire: 'A timer that goes off.',
  signalSend: 'Sending the signal that preempts.',
  signal: 'Handling it.',
  sysmonTick: 'One look of sysmon, with the switches of threads before and after it.',
  mstart: "A new thread's first steps.",
  futexWake: 'The call that wakes a thread;',
  futexWakeLatency: 'and from there to the thread running on an idle CPU.',
  idleLatency: 'More for each doubling of the time for which that CPU has rested, once it has halted.',
  pipeWake: 'More for a read or write that wakes a thread at the other end of a pipe.',
  clone: 'The call that makes a thread;',
  cloneLatency: 'and from there to its first instruction.',
  timedWakeLatency: "How much later the sleep of a thread ends than the kernel's timer slack explains.",
  netWakeLatency: 'From a descriptor getting ready to the thread that polls for it running.',
  epollBreak: 'Waking the thread that polls.',
  cold: 'More for what a thread does first when it has woken up: the caches hold other things.',
  transfer: 'More for what uses memory that another CPU used last: a channel, a lock, a variable, a goroutine.',
  interrupt: 'What a device or a timer of the kernel that goes off takes from the thread that runs on its CPU.',
};

interface CostKey extends KeySpec {
  readonly name: keyof Costs;
}

/** Those with two ends vary from call to call, mostly near the low one. */
export const COST_KEYS: readonly CostKey[] = (Object.keys(DOCS) as (keyof Costs)[]).map((name) => ({
  name,
  type: Array.isArray(costsOf('1.26')[name]) ? 'spread' : 'duration',
  doc: DOCS[name],
}));

export function readCosts(node: Node | undefined, env: Env): Partial<Costs> {
  if (node === undefined) return {};
  if (node.kind !== 'map') {
    env.diagnostics.error(node.place, '"costs" is a mapping', 'as in costs: {go: 200ns, futexWake: [2us, 15us]}');
    return {};
  }
  const keys = new Map<string, Node>();
  readKeys(node, 'costs', COST_KEYS, keys, env.diagnostics);
  const changed: Record<string, number | readonly [number, number]> = {};
  for (const { name, type } of COST_KEYS) {
    const value = keys.get(name);
    if (value !== undefined) changed[name] = type === 'spread' ? spread(value, name, env) : cost(value, name, env);
  }
  return changed;
}

function cost(node: Node, name: string, env: Env): number {
  const expr = readValue(node, ['duration'], { ...env, scope: null });
  if (expr?.kind !== 'const') return 0;
  if (expr.value < 0 || expr.value > LONGEST_NS) env.diagnostics.error(node.place, `"${name}" is from 0s to 1s`);
  return expr.value;
}

function spread(node: Node, name: string, env: Env): readonly [number, number] {
  if (node.kind !== 'seq') {
    const ns = cost(node, name, env);
    return [ns, ns];
  }
  const [least, most] = node.items.map((item) => cost(item, name, env));
  if (node.items.length === 2 && least <= most) return [least, most];
  env.diagnostics.error(node.place, `"${name}" is a duration, or the least and the most of it`, 'as in [2us, 15us]');
  return [0, 0];
}
