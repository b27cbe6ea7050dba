// The invariants of the whole, asserted after every event when a run is checked: every goroutine in exactly one place,
// bindings of M and P mutual, counters equal to a recount, time conserved.

import { fail } from '../base/assert.ts';
import { F_SYSTEM, Gdead, Gidle, Grunnable, Grunning, Gsyscall, Gwaiting } from '../runtime/g.ts';
import { checkTimersAndPipes } from './check-timers.ts';
import type { World } from './world.ts';

export function checkInvariants(world: World): void {
  world.machine.checkMachine();
  checkThreads(world);
  checkGoroutines(world);
  checkListeners(world);
  checkTime(world);
  checkTimersAndPipes(world);
}

function expect(world: World, ok: boolean, what: string, got: unknown): void {
  if (!ok) fail('checkInvariants', `${what}: ${got}; at ${world.machine.now} ns, seed ${world.options.seed}`);
}

function checkThreads(world: World): void {
  const { sched } = world;
  let idle = 0;
  for (let pp = sched.pidle; pp !== null; pp = pp.link) {
    idle++;
    expect(world, pp.idle && pp.m === null, `P ${pp.id} on the idle list is idle`, pp.m?.id);
    expect(world, pp.runnext < 0 && pp.runqhead === pp.runqtail, `P ${pp.id} is idle, so its queue is empty`, pp.runnext);
  }
  expect(world, idle === sched.npidle, 'npidle is the length of the idle list', `${sched.npidle}, not ${idle}`);
  let midle = 0;
  for (let mp = sched.midle; mp !== null; mp = mp.link) {
    midle++;
    expect(world, mp.p === null && mp.nextp === null && mp.curg < 0, `M ${mp.id} on the idle list has no P and no goroutine`, mp.curg);
  }
  expect(world, midle === sched.nmidle, 'nmidle is the length of the idle list', `${sched.nmidle}, not ${midle}`);
  let spinning = 0;
  for (const mp of sched.allm) {
    if (mp.spinning) spinning++;
    if (mp.p !== null) expect(world, mp.p.m === mp, `M ${mp.id} holds P ${mp.p.id}, which knows it`, mp.p.m?.id);
    if (mp.nextp !== null)
      expect(world, mp.nextp.m === null && !mp.nextp.idle, `P ${mp.nextp.id} is on its way to M ${mp.id}`, mp.nextp.m?.id);
    if (mp.lockedg >= 0)
      expect(world, sched.g.lockedm[mp.lockedg] === mp.id + 1, `M ${mp.id} is locked to a goroutine that knows it`, mp.lockedg);
  }
  expect(world, spinning === sched.nmspinning, 'nmspinning counts the Ms that spin', `${sched.nmspinning}, not ${spinning}`);
  const held = sched.allm.filter((mp) => mp.p !== null).length;
  const onTheWay = sched.allm.filter((mp) => mp.nextp !== null).length;
  expect(world, held + idle + onTheWay === sched.gomaxprocs, 'every P is held, idle or on its way', `${held} + ${idle} + ${onTheWay}`);
}

const places = { seen: new Uint8Array(0) };

function checkGoroutines(world: World): void {
  const { sched } = world;
  const g = sched.g;
  if (places.seen.length < g.count) places.seen = new Uint8Array(g.count * 2);
  const seen = places.seen;
  seen.fill(0, 0, g.count);
  const queued = (gp: number, where: string): void => {
    expect(world, g.status[gp] === Grunnable, `goroutine ${gp} in ${where} is runnable`, g.status[gp]);
    expect(world, seen[gp] === 0, `goroutine ${gp} in ${where} is in one place`, seen[gp]);
    seen[gp] = 1;
  };
  let size = 0;
  const rings = sched.allp.filter((pp) => pp.runqhead !== pp.runqtail).length;
  expect(world, rings === sched.nrunq, 'nrunq counts the Ps with a queue', `${sched.nrunq}, not ${rings}`);
  for (let gp = sched.runqhead; gp >= 0; gp = g.link[gp]!) {
    queued(gp, 'the global queue');
    size++;
  }
  expect(world, size === sched.runqsize, 'runqsize is the length of the global queue', `${sched.runqsize}, not ${size}`);
  for (const pp of sched.allp) {
    if (pp.runnext >= 0) queued(pp.runnext, `runnext of P ${pp.id}`);
    for (let i = pp.runqhead; i !== pp.runqtail; i = (i + 1) | 0) queued(pp.runq[i & pp.mask]!, `the queue of P ${pp.id}`);
  }
  for (const mp of sched.allm) {
    if (mp.nextg >= 0) queued(mp.nextg, `the hands of M ${mp.id}`);
    if (mp.curg < 0) continue;
    const status = g.status[mp.curg]!;
    const ok = (status === Grunning && mp.p !== null) || status === Gsyscall;
    expect(world, ok, `goroutine ${mp.curg} on M ${mp.id} runs with a P, or is in a system call`, status);
    expect(world, seen[mp.curg] === 0, `goroutine ${mp.curg} on M ${mp.id} is in one place`, seen[mp.curg]);
    seen[mp.curg] = 1;
  }
  let live = 0;
  for (let gp = 0; gp < g.count; gp++) {
    const status = g.status[gp]!;
    if (status !== Gdead && status !== Gidle && (g.flags[gp]! & F_SYSTEM) === 0) live++;
    const somewhere = status === Grunnable || status === Grunning || status === Gsyscall;
    if (status === Gwaiting) expect(world, seen[gp] === 0, `goroutine ${gp} waits and is in no queue`, seen[gp]);
    // one that was found for a locked M is on its way to it
    else if (somewhere && g.lockedm[gp] === 0) expect(world, seen[gp] === 1, `goroutine ${gp} in state ${status} is somewhere`, 'nowhere');
  }
  expect(world, live === sched.goLive, 'the number of live goroutines', `${sched.goLive}, not ${live}`);
}

function checkListeners(world: World): void {
  const { sched } = world;
  for (const l of sched.objects.listeners) {
    const here = l.accepted + l.backlog.length;
    expect(world, l.arrivals === here, `what arrived at listener ${l.id} was accepted or waits`, `${l.arrivals}, not ${here}`);
    expect(world, l.waiter < 0 || l.waiter === l.owner, `who waits at listener ${l.id} has its lock`, `${l.waiter}, not ${l.owner}`);
    if (l.waiter < 0) continue;
    expect(world, sched.g.status[l.waiter] === Gwaiting, `goroutine ${l.waiter} is parked at listener ${l.id}`, sched.g.status[l.waiter]);
    // else it would sleep beside its work
    expect(world, l.backlog.length === 0 || l.edge, `the poller will tell of what waits at listener ${l.id}`, l.backlog.length);
  }
}

function checkTime(world: World): void {
  const { sched, machine } = world;
  for (const pp of sched.allp) {
    let sum = machine.now - pp.kindSince;
    for (const ns of pp.times) sum += ns;
    expect(world, sum === machine.now, `the times of P ${pp.id} sum to now`, sum);
  }
  let onCpus = 0;
  for (const cpu of machine.cpus) onCpus += cpu.busyNs + (cpu.thread === null ? 0 : machine.now - cpu.thread.onSince);
  let ofThreads = 0;
  for (const thread of machine.allThreads()) ofThreads += machine.cpuTime(thread);
  expect(world, onCpus === ofThreads, 'threads and CPUs count the same processor time', `${ofThreads} and ${onCpus}`);
}
