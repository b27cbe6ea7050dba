// What Go would run but nobody wants: declarations that nothing uses, bodies that nothing starts, a receive that nothing
// can satisfy, an unlock without a lock. Each is said only where it is certain from the text alone.

import type { Diagnostics } from './diagnostic.ts';
import type { Place, Scenario, Step, Steps } from './model.ts';
import type { Names, ObjectKind } from './names.ts';
import { quoted } from './suggest.ts';
import { forEachStep, innerSteps } from './walk.ts';

export function warn(scenario: Scenario, names: Names, diagnostics: Diagnostics): void {
  unused(names, diagnostics);
  neverStarted(scenario, diagnostics);
  const uses = usesOf(scenario);
  hopelessReceives(scenario, uses, diagnostics);
  hopelessSends(scenario, uses, diagnostics);
  strayUnlocks(scenario, uses, diagnostics);
  unanswered(scenario, uses, diagnostics);
  endlessBurning(scenario, diagnostics);
  silentServers(scenario, names, diagnostics);
}

function unused(names: Names, diagnostics: Diagnostics): void {
  for (const { kind, name, place, used } of names.declared()) {
    if (!used) diagnostics.warning(place, `the ${kind} ${quoted(name)} is never used`);
  }
  for (const [name, { place, used }] of names.params) {
    if (!used) diagnostics.warning(place, `the param ${quoted(name)} is never used`);
  }
}

/** Bodies that no chain of `go` and `call` reaches from main. */
function neverStarted(scenario: Scenario, diagnostics: Diagnostics): void {
  const byName = new Map(scenario.bodies.map((body) => [body.name, body]));
  const reached = new Set(['main']);
  for (const name of reached) {
    forEachStep(byName.get(name)?.steps ?? [], (step) => {
      if (step.op === 'go' || step.op === 'call' || step.op === 'afterFunc') reached.add(step.body);
    });
  }
  for (const body of scenario.bodies) {
    // The inline bodies of a body that is never started need no words of their own.
    const isInline = body.name.includes('.');
    if (!reached.has(body.name) && !isInline) diagnostics.warning(body.place, `the body ${quoted(body.name)} is never started or called`);
  }
}

/** For each thing done to an object, the place where it is first done: by `verb name`. */
function usesOf(scenario: Scenario): Map<string, Place> {
  const uses = new Map<string, Place>();
  const note = (verb: string, name: string, place: Place): void => {
    const key = `${verb} ${name}`;
    if (!uses.has(key)) uses.set(key, place);
  };
  const locker = new Map(scenario.conds.map((cond) => [cond.name, cond.locker.name]));
  const visit = (step: Step): void => {
    switch (step.op) {
      case 'send':
        note('send', step.to.name, step.place);
        break;
      case 'recv':
      case 'range':
        note('recv', step.from.name, step.place);
        break;
      case 'close':
        note('close', step.channel.name, step.place);
        break;
      case 'select':
        for (const one of step.cases) {
          // With an alternative a case may well be there for nothing; it satisfies others all the same.
          const only = step.cases.length === 1 && step.default === null;
          if (one.kind === 'recv') note(only ? 'recv' : 'case recv', one.from.name, one.place);
          if (one.kind === 'send') note(only ? 'send' : 'case send', one.to.name, one.place);
        }
        break;
      case 'lock':
      case 'unlock':
      case 'rlock':
      case 'runlock':
        note(step.op, step.lock.name, step.place);
        break;
      case 'condWait':
        note('condWait', locker.get(step.cond.name) ?? '', step.place);
        note('await', step.cond.name, step.place);
        break;
      case 'signal':
      case 'broadcast':
        note('signal', step.cond.name, step.place);
        break;
      case 'add':
      case 'done':
        note(step.op, step.wg.name, step.place);
        break;
      case 'go':
        if (step.wg !== null) note('add', step.wg.name, step.place);
        break;
    }
  };
  for (const body of scenario.bodies) forEachStep(body.steps, visit);
  return uses;
}

function hopelessReceives(scenario: Scenario, uses: ReadonlyMap<string, Place>, diagnostics: Diagnostics): void {
  for (const { name, capacity } of scenario.channels) {
    const place = uses.get(`recv ${name}`);
    if (place === undefined || capacity === null || ['send', 'case send', 'close'].some((verb) => uses.has(`${verb} ${name}`))) continue;
    diagnostics.warning(place, `this receive waits for ever: nothing sends to ${quoted(name)} or closes it`);
  }
}

function hopelessSends(scenario: Scenario, uses: ReadonlyMap<string, Place>, diagnostics: Diagnostics): void {
  for (const { name, capacity } of scenario.channels) {
    const place = uses.get(`send ${name}`);
    if (place === undefined || capacity !== 0 || ['recv', 'case recv', 'close'].some((verb) => uses.has(`${verb} ${name}`))) continue;
    diagnostics.warning(place, `this send waits for ever: nothing receives from ${quoted(name)}, which has no room`);
  }
}

function strayUnlocks(scenario: Scenario, uses: ReadonlyMap<string, Place>, diagnostics: Diagnostics): void {
  const kinds: readonly [ObjectKind, readonly { readonly name: string }[]][] = [
    ['mutex', scenario.mutexes],
    ['rwmutex', scenario.rwmutexes],
  ];
  for (const [kind, locks] of kinds) {
    for (const { name } of locks) {
      for (const [verb, without] of [
        ['unlock', 'lock'],
        ['runlock', 'rlock'],
        ['condWait', 'lock'],
      ] as const) {
        const place = uses.get(`${verb} ${name}`);
        if (place === undefined || uses.has(`${without} ${name}`)) continue;
        diagnostics.warning(
          place,
          `nothing ever locks the ${kind} ${quoted(name)}, and this ${verb === 'condWait' ? 'wait unlocks' : 'unlocks'} it`,
        );
      }
    }
  }
}

/** The steps of a loop that accepts what never stops to come, and that none of them leaves. */
function servesForEver(steps: Steps, scenario: Scenario): boolean {
  const accepts = steps.some((step) => {
    const listener = step.op === 'accept' ? scenario.listeners.find(({ name }) => name === step.from.name) : undefined;
    return listener !== undefined && listener.forNs === null && listener.arrivals.kind !== 'at';
  });
  let leaves = false;
  forEachStep(steps, ({ op }) => (leaves ||= op === 'break' || op === 'return' || op === 'goexit' || op === 'call'));
  return accepts && !leaves;
}

/** Clients of a closed loop that nobody answers: each asks once. */
function silentServers(scenario: Scenario, names: Names, diagnostics: Diagnostics): void {
  let replies = false;
  for (const body of scenario.bodies) forEachStep(body.steps, (step) => (replies ||= step.op === 'reply'));
  if (replies) return;
  for (const { kind, name, place, used } of names.declared()) {
    const listener = kind === 'listener' && used ? scenario.listeners.find((one) => one.name === name) : undefined;
    if (listener?.arrivals.kind === 'closed') {
      diagnostics.warning(place, `each client of ${quoted(name)} asks once and waits for ever: no step replies`);
    }
  }
}

/** Waits of conds that nothing signals, and dones of waitgroups that nothing adds to, which panic. */
function unanswered(scenario: Scenario, uses: ReadonlyMap<string, Place>, diagnostics: Diagnostics): void {
  for (const { name } of scenario.conds) {
    const place = uses.get(`await ${name}`);
    if (place === undefined || uses.has(`signal ${name}`)) continue;
    diagnostics.warning(place, `this waits for ever: nothing signals ${quoted(name)}`);
  }
  for (const { name } of scenario.waitgroups) {
    const place = uses.get(`done ${name}`);
    if (place === undefined || uses.has(`add ${name}`)) continue;
    diagnostics.warning(place, `nothing adds to the waitgroup ${quoted(name)}, and done takes it below zero, which panics`);
  }
}

/** Steps that only take processor time, or none. */
const BURNING: ReadonlySet<Step['op']> = new Set([
  'cpu',
  'setVar',
  'setLocal',
  'if',
  'choose',
  'repeat',
  'repeatFor',
  'forever',
  'while',
  'span',
  'spanSince',
  'log',
]);

/** A loop of main that can neither end nor wait, in a program that nothing else ends. */
function endlessBurning(scenario: Scenario, diagnostics: Diagnostics): void {
  if (scenario.untilNs !== null) return;
  let ends = false;
  for (const body of scenario.bodies) forEachStep(body.steps, (step) => (ends ||= step.op === 'exit' || step.op === 'panic'));
  if (ends) return;
  const burns = (steps: Steps): boolean => steps.every((step) => BURNING.has(step.op) && innerSteps(step).every(burns));
  forEachStep(scenario.bodies[0]?.steps ?? [], (step) => {
    const isEndless = step.op === 'forever' || (step.op === 'while' && step.while.kind === 'const' && step.while.value === 1);
    if (!isEndless) return;
    if (burns(step.do)) diagnostics.warning(step.place, 'this loop burns CPU for ever, and nothing ends the run', 'set "until"');
    else if (servesForEver(step.do, scenario))
      diagnostics.warning(step.place, 'this loop serves for ever, and nothing ends the run', 'set "until"');
  });
}
