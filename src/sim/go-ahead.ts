// The shortest way through what programs do most: goroutines that compute, count rounds and meet at channels, one M
// running them while nothing else can happen. It is the workload, the costs, the channel, gopark and schedule in one
// loop, with the clock and the goroutine at hand instead of in fields: a hand-off takes about half of what it takes
// on the general way (docs/benchmarks.md, W1 and W3).
//
// It does nothing that the general way would not do, and stops before whatever it does not know: an operation is done
// here only when it and all that follows at once, up to the next goroutine's, is sure to. So it may stop anywhere, and results
// do not tell whether it was there: the swarm compares runs with and without it. It is not there when events are recorded.

import type { Hchan } from '../runtime/chan.ts';
import { STAGE_CHAN, STAGE_CHAN_RECV, SUCCESS, tryRecv, trySend } from '../runtime/chan.ts';
import { Grunnable, Grunning, Gwaiting } from '../runtime/g.ts';
import type { M } from '../runtime/m.ts';
import * as ops from '../runtime/ops.ts';
import { KIND_GOROUTINE, KIND_SCHED } from '../runtime/p.ts';
import { WAIT_CHAN_RECV, WAIT_CHAN_SEND } from '../runtime/profile.ts';
import { ringput, ringtaken } from '../runtime/runq.ts';
import type { Sched } from '../runtime/sched.ts';
import type { Program } from './program.ts';
import * as ir from './program.ts';

/** Loops that do nothing else let time pass at least this often. */
export const ROUNDS_NS_MAX = 1_000;
const UNKNOWN = -1;

// Beside the instructions of scenarios: those of programs in TypeScript, in which each goroutine has two.
export const RESUME = 0x100; // its generator goes on, and says what the instruction before this one now is
export const ASKED = 0x101; // something other than TAKE, SEND and CPU, or after something else
export const TAKE = 0x102; // a: ref. A receive whose value stays where it comes

/** What an operand may be other than a constant, by its number; see Program. */
type Operands = Pick<Program, 'valueKind' | 'valueArg' | 'refIndex' | 'refCount' | 'refBase'>;

export class GoAhead {
  private readonly program: Operands;
  private readonly indexSlot: Int32Array; // by ref: the local that is its index, UNKNOWN where that is something else
  private readonly home: { readonly code: Int32Array };
  private readonly frames: { readonly data: Float64Array };
  private readonly roundCost: number;
  private readonly resume: (gp: number) => void; // does a RESUME
  private within: Sched | null = null; // whose generator runs

  constructor(
    program: Operands,
    home: { readonly code: Int32Array },
    frames: { readonly data: Float64Array },
    roundCost: number,
    resume: (gp: number) => void,
  ) {
    this.program = program;
    this.indexSlot = program.refIndex.map((value) => (value >= 0 ? localOf(program, value) : UNKNOWN));
    this.home = home;
    this.frames = frames;
    this.roundCost = roundCost;
    this.resume = resume;
  }

  /** By instruction: 1 where it is worth while to go ahead, for the operation that comes next is known here. */
  knownFrom(): Uint8Array {
    const { program, indexSlot, home } = this;
    const { code } = home;
    const known = new Uint8Array(code.length / ir.STRIDE);
    const isKnown = (operand: number): boolean => operand < 0 || localOf(program, operand) >= 0;
    const isChannel = (operand: number): boolean => operand < 0 || indexSlot[operand]! >= 0;
    for (let pc = 0; pc < known.length; pc++) {
      const i = pc * ir.STRIDE;
      const op = code[i];
      const a = code[i + 1]!;
      let is = false;
      if (op === ir.CPU) is = isKnown(a);
      else if (op === ir.SEND) is = isChannel(a) && isKnown(code[i + 2]!);
      else if (op === ir.RECV || op === ir.RANGE) is = isChannel(a);
      known[pc] = is ? 1 : 0;
    }
    for (let pc = 0; pc < known.length; pc++) {
      if (code[pc * ir.STRIDE] === ir.NEXT_ROUND) known[pc] = known[pc + 1]! | known[code[pc * ir.STRIDE + 3]!]!;
    }
    return known;
  }

  /** Runs the goroutine of mp and those that follow it as far as it goes. `roundNs` of control flow are not charged yet; returns what is not at the end. */
  run(s: Sched, mp: M, roundNs: number): number {
    const { machine, g, costs, sudogs } = s;
    const pp = mp.p!;
    const { cpu } = mp.thread;
    const several = s.onlyCpu !== cpu;
    const chanOp = costs.chanOp;
    const park = costs.park;
    let now = machine.now;
    const horizon = machine.horizon;
    if (mp.debt !== 0 || mp.lockedg >= 0 || pp.timers.size > 0) return roundNs;
    let gp = mp.curg;
    let pc = g.pc[gp]!;
    if (g.preempt[gp] !== 0) return roundNs;
    s.setKind(pp, KIND_GOROUTINE);
    const code = this.home.code;
    const data = this.frames.data;
    const channels = s.objects.channels;
    const lastStep = machine.mostSteps - 2;
    const wakes = s.pidle !== null && s.nmspinning === 0; // readying a goroutine would start another M
    const wishes = s.profile.needspinning && s.nmspinning === 0;
    let steps = machine.steps;
    let fp = g.fp[gp]!;
    let parks = 0;
    let readied = 0;
    let did = g.op[gp]!;
    let spare = -1; // a sudog on its way to the free list: whoever waits next takes it
    let arrives = true;
    let round = -1; // the loop's round since the last operation
    for (;;) {
      if (arrives) {
        // what the goroutine waited for has happened
        if (g.body[gp]! < 0 || pc >= ir.PC_UNWIND) break;
        const stage = g.stage[gp]!;
        if (stage !== 0) {
          if ((stage !== STAGE_CHAN && stage !== STAGE_CHAN_RECV) || g.bits[gp] !== SUCCESS) break;
          if (spare >= 0) sudogs.release(spare);
          spare = g.waiting[gp]!;
          g.stage[gp] = 0;
        }
        if (pc < 0) {
          const at = ~pc * ir.STRIDE;
          const took = code[at]!;
          if ((took !== ir.RECV && took !== ir.RANGE && took !== TAKE) || g.bits[gp] !== SUCCESS) break;
          if (took !== TAKE && code[at + 2]! >= 0) data[fp + code[at + 2]!] = g.val[gp]!;
          if (took === ir.RECV && code[at + 3]! >= 0) data[fp + code[at + 3]!] = 1;
          pc = ~pc + 1;
        }
        arrives = false;
      }
      if (steps >= lastStep) break;
      const i = pc * ir.STRIDE;
      const op = code[i]!;
      if (op === ir.NEXT_ROUND) {
        if (round >= 0 || roundNs + this.roundCost >= ROUNDS_NS_MAX) break;
        round = pc;
        roundNs += this.roundCost;
        const counter = data[fp + code[i + 1]!]! + 1;
        data[fp + code[i + 1]!] = counter;
        pc = counter < data[fp + code[i + 2]!]! ? code[i + 3]! : pc + 1;
        continue;
      }
      if (op === ir.CPU) {
        const ns = this.known(code[i + 1]!, fp);
        if (ns < 0 || now + roundNs + ns >= horizon) break;
        now += roundNs + ns;
        roundNs = 0;
        steps++;
        pc++;
        did = ops.OP_CPU;
        round = -1;
        continue;
      }
      if (op === RESUME) {
        machine.now = now;
        machine.steps = steps;
        g.op[gp] = did;
        this.within = s;
        this.resume(gp);
        this.within = null;
        now = machine.now;
        steps = machine.steps;
        did = g.op[gp]!;
        pc--;
        continue;
      }
      const sending = op === ir.SEND;
      if (!sending && op !== ir.RECV && op !== ir.RANGE && op !== TAKE) break;
      const id = this.channel(code[i + 1]!, fp);
      const value = sending ? this.known(code[i + 2]!, fp) : 0;
      if (id < 0 || value < 0) break;
      const c: Hchan = channels[id]!;
      if (c.closed || c.timer !== null || c.cap < 0 || c.cpu !== cpu || c.isWatched) break;
      const end = now + roundNs + chanOp;
      if (end >= horizon) break;
      const sg = sending ? c.recvq.first : c.sendq.first;
      if (sg >= 0) {
        // the other side waits
        if (wakes || sudogs.selectCase[sg]! >= 0 || (!sending && c.cap > 0) || op === TAKE) break;
        const kicked = pp.runnext;
        if (kicked >= 0 && ((pp.runqtail - pp.runqhead) | 0) > pp.mask) break;
        const other = sudogs.g[sg]!;
        if (several && g.cpu[other] !== cpu) break;
        now = end;
        const q = sending ? c.recvq : c.sendq;
        const next = sudogs.next[sg]!;
        q.first = next;
        if (next >= 0) sudogs.prev[next] = -1;
        else q.last = -1;
        sudogs.prev[sg] = -2;
        c.sends++;
        c.blockedNs += now - g.since[other]!;
        g.bits[other] = SUCCESS;
        g.status[other] = Grunnable;
        g.since[other] = now;
        readied++;
        if (kicked >= 0) ringput(s, pp, kicked);
        pp.runnext = other;
        if (wishes) s.needspinning = 1;
        if (sending) {
          g.val[other] = value;
        } else {
          if (code[i + 2]! >= 0) data[fp + code[i + 2]!] = sudogs.elem[sg]!;
          if (op === ir.RECV && code[i + 3]! >= 0) data[fp + code[i + 3]!] = 1;
        }
      } else if (c.cap > 0) {
        // a buffer that grows takes memory, and that has a limit
        if (sending ? c.buf.length === c.peakLen : c.buf.length === 0 || op === TAKE) break;
        now = end;
        if (sending) {
          c.sends++;
          c.buf.push(value);
        } else {
          const received = c.buf.shift();
          if (code[i + 2]! >= 0) data[fp + code[i + 2]!] = received;
          if (op === ir.RECV && code[i + 3]! >= 0) data[fp + code[i + 3]!] = 1;
        }
      } else {
        // this one waits, and another runs
        let next = pp.runnext;
        const inherits = next >= 0;
        if (!inherits) {
          if (pp.runqhead === pp.runqtail) break;
          next = pp.runq[pp.runqhead & pp.mask]!;
        }
        if (
          (several && g.cpu[next] !== cpu) ||
          end + park >= horizon ||
          s.runqsize > 0 ||
          g.lockedm[next] !== 0 ||
          (spare < 0 && !sudogs.hasFree)
        )
          break;
        const mine = spare >= 0 ? spare : sudogs.acquire(gp, 0, -1);
        spare = -1;
        sudogs.g[mine] = gp;
        sudogs.elem[mine] = value;
        sudogs.chan[mine] = id;
        const q = sending ? c.sendq : c.recvq;
        sudogs.next[mine] = -1;
        sudogs.prev[mine] = q.last;
        if (q.last >= 0) sudogs.next[q.last] = mine;
        else q.first = mine;
        q.last = mine;
        g.waiting[gp] = mine;
        g.obj[gp] = id;
        g.op[gp] = sending ? ops.OP_SEND : ops.OP_RECV;
        g.pc[gp] = sending ? pc + 1 : ~pc;
        g.stage[gp] = sending ? STAGE_CHAN : STAGE_CHAN_RECV;
        g.status[gp] = Gwaiting;
        g.waitreason[gp] = sending ? WAIT_CHAN_SEND : WAIT_CHAN_RECV;
        g.since[gp] = end;
        if (sending) c.blockedSends++;
        s.slices.add(end - pp.sliceStart);
        parks++;
        if (inherits) {
          pp.runnext = -1;
        } else {
          ringtaken(s, pp, 1);
          pp.schedtick++;
        }
        now = end + park;
        steps += 2;
        roundNs = 0;
        gp = next;
        g.status[gp] = Grunning;
        g.preempt[gp] = 0;
        s.latency.add(now - g.since[gp]!);
        pp.sliceStart = now;
        fp = g.fp[gp]!;
        pc = g.pc[gp]!;
        did = g.op[gp]!;
        arrives = true;
        round = -1;
        continue;
      }
      did = sending ? ops.OP_SEND : ops.OP_RECV;
      round = -1;
      roundNs = 0;
      steps++;
      pc++;
    }
    if (round >= 0) {
      // whoever does the operation after it does the round, too
      data[fp + code[round * ir.STRIDE + 1]!]!--;
      roundNs -= this.roundCost;
      pc = round;
    }
    if (spare >= 0) sudogs.release(spare);
    machine.now = now;
    machine.steps = steps;
    mp.curg = gp;
    g.pc[gp] = pc;
    g.op[gp] = did;
    pp.times[KIND_SCHED]! += parks * park;
    pp.kindSince += parks * park;
    s.goBlock += parks;
    s.goStart += parks;
    s.goUnblock += readied;
    return roundNs;
  }

  // ---- inside of RESUME: a generator that need not rest goes on at once, for to rest costs it more than all else

  /** Its burst. True: it is over. */
  burns(gp: number, ns: number): boolean {
    const s = this.within;
    return s !== null && this.passes(s, gp, ns, ops.OP_CPU);
  }

  /** Its send, or receive, where it need not wait, and nobody has to start an M for whom it wakes. True: it has happened. */
  meets(gp: number, op: number, id: number, value: number): boolean {
    const s = this.within;
    if (s === null || (s.pidle !== null && s.nmspinning === 0)) return false;
    const sending = op === ops.OP_SEND;
    const c = s.objects.channels[id]!;
    if (c.closed || c.timer !== null || c.cpu !== s.cur!.thread.cpu || c.isWatched) return false;
    const sg = sending ? c.recvq.first : c.sendq.first;
    const waits = sg < 0 ? c.buf.length === (sending ? c.peakLen : 0) : s.sudogs.selectCase[sg]! >= 0 || s.g.cpu[s.sudogs.g[sg]!] !== c.cpu;
    if (waits || !this.passes(s, gp, s.costs.chanOp, op)) return false;
    return sending ? trySend(s, c, value) : tryRecv(s, c, gp);
  }

  private passes({ machine, g }: Sched, gp: number, ns: number, op: number): boolean {
    const end = machine.now + ns;
    if (end >= machine.horizon || machine.steps >= machine.mostSteps - 2) return false;
    machine.now = end;
    machine.steps++;
    g.op[gp] = op;
    return true;
  }

  /** A value that is a small constant or a local; UNKNOWN: another, or a negative one. */
  private known(operand: number, fp: number): number {
    if (operand < 0) return ~operand;
    const slot = localOf(this.program, operand);
    if (slot < 0) return UNKNOWN;
    const value = this.frames.data[fp + slot]!;
    return value < 0x40000000 ? value : UNKNOWN;
  }

  /** The number of a channel, UNKNOWN where it takes more to find out. */
  private channel(operand: number, fp: number): number {
    if (operand < 0) return ~operand;
    const slot = this.indexSlot[operand]!;
    if (slot < 0) return UNKNOWN;
    const index = this.frames.data[fp + slot]!;
    const i = index | 0; // to V8 what comes out of a column of doubles is a double
    return i === index && i >= 0 && i < this.program.refCount[operand]! ? this.program.refBase[operand]! + i : UNKNOWN;
  }
}

/** The slot of a value that is a local, else UNKNOWN. */
function localOf({ valueKind, valueArg }: Operands, value: number): number {
  return valueKind[value] === ir.VALUE_LOCAL ? valueArg[value]! : UNKNOWN;
}
