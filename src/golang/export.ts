// A scenario as a real Go program: one file, formatted as gofmt does, with the same goroutines doing the same operations
// in the same order. It is what gosim is judged against, and meant to be read.
//
// Two things are not in the file, because to set them from inside would disturb the scheduler before time 0: GOMAXPROCS
// and GOGC=off stand in the command that the header names. The language version (which decides how timers behave) is that
// of the go.mod beside it.

import { profileOf } from '../runtime/profile.ts';
import type { ObjectDecl, Scenario, Step, Steps } from '../scenario/model.ts';
import { setup, timerDeclarations } from './export-timers.ts';
import { goNames } from './names.ts';
import type { PartName } from './support.ts';
import { partsFor, supportNames } from './support.ts';
import { live } from './usage.ts';
import { writeBody } from './write-body.ts';
import { drawsArrivals, goroutineLiteral, listenerDeclarations } from './write-listeners.ts';
import type { Program } from './write-values.ts';
import { goString } from './write-values.ts';

export interface ExportOptions {
  /** The program also writes an execution trace (to the file that GOSIM_TRACE names), and ends by itself at the horizon. */
  readonly trace?: boolean;
}

/** Connections that a program has when it starts: as many as most scenarios wait for at a time. */
const OPEN_BEFORE = 100;

export function exportGo(scenario: Scenario, options: ExportOptions = {}): string {
  const { main, random, logs } = contents(scenario);
  const names = goNames(scenario, supportNames());
  const listener = (name: string): string => names.objects.get(`listener ${name}`)!;
  const program: Program = {
    names,
    parts: new Set<PartName>(['journal']),
    imports: new Set(),
    lists: [],
    hasG: random || logs,
    bodies: new Map(scenario.bodies.map((body) => [body.name, body])),
    loops: scenario.listeners.filter(({ arrivals }) => arrivals.kind === 'closed').map(({ name }) => listener(name)),
    tickers: new Set(scenario.tickers.map((ticker) => ticker.name)),
  };
  if (program.hasG) program.parts.add(random ? 'stream' : 'goroutine');
  const isSettled = scenario.start.kind === 'settled';
  if (isSettled) program.parts.add('settle');
  if (options.trace === true) program.parts.add(scenario.untilNs === null ? 'trace' : 'horizon');

  const functions = scenario.bodies.map((body) => writeBody(body, program));
  const objects = declarations(scenario, program);
  const listeners = listenerDeclarations(scenario, program);
  const schedtick = (scenario.start.kind === 'settled' ? scenario.start.schedtick : null) ?? profileOf(scenario.go)!.settledSchedtick;
  const constants = [
    `const scenario = ${goString(scenario.file)}`,
    ...(isSettled
      ? ['', '// schedtick is how many dispatches the processor has done at time 0, modulo 61.', `const schedtick = ${schedtick % 61}`]
      : []),
  ];
  const needsScenario = partsFor(program.parts).some((part) => part.code.includes('scenario +'));
  const entry = [
    'func main() {',
    ...(options.trace === true ? ['\tstartTrace()'] : []),
    ...(program.parts.has('horizon') ? ['\tgo awaitHorizon()'] : []),
    ...(isSettled && program.parts.has('netWait') ? [`\topenConnections(${OPEN_BEFORE})`] : []),
    isSettled ? '\tsettle()' : '\tstarted()',
    ...(options.trace === true ? ['\tmarkStart()'] : []),
    ...(program.parts.has('horizon') ? [`\tarm(horizon, ${scenario.untilNs})`] : []),
    ...scenario.listeners.map(({ name }) => `\t${listener(name)}.start()`),
    ...setup(scenario, program),
    `\t${main}(${program.hasG ? mainGoroutine(scenario.seed, random) : ''})`,
    '\tfinished("end")',
    ...(options.trace === true ? ['\tstopTrace()'] : []),
    '}',
  ];
  const parts = partsFor(program.parts);
  for (const part of parts) for (const name of part.imports) program.imports.add(name);
  const imports = ['import (', ...[...program.imports].sort().map((name) => `\t"${name}"`), ')'];
  const sections = [
    [header(scenario)],
    description(scenario),
    imports,
    needsScenario ? constants : constants.slice(2),
    objects,
    program.lists,
    listeners,
    entry,
    ...functions,
    ['// What follows is the same in every exported program.'],
    ...parts.map((part) => [part.code.trim()]),
  ];
  const text = sections.filter((section) => section.length > 0).map((section) => section.join('\n'));
  return `${text.join('\n\n')}\n`;
}

/** The body that a function of the exported program came from. */
export function bodiesByFunction(scenario: Scenario): Map<string, string> {
  const { bodies } = goNames(scenario, supportNames());
  return new Map([...bodies].map(([body, name]) => [name, body]));
}

function header(scenario: Scenario): string {
  const procs = scenario.gomaxprocs === null ? '' : `GOMAXPROCS=${scenario.gomaxprocs} `;
  const constants = Object.keys(scenario.runtime).length > 0;
  const debug = scenario.godebug.asyncpreemptoff ? `GODEBUG=${godebugOf(scenario)} ` : '';
  return [
    `// Exported by gosim from ${oneLine(scenario.file)}: ${oneLine(scenario.name)}.`,
    '//',
    `// Written for Go ${scenario.go}. Run it with:`,
    '//',
    `//	${debug}${procs}GOGC=off go run .`,
    ...(constants ? ['//', "// The scenario changes constants of the runtime. Here they are Go's."] : []),
    'package main',
  ].join('\n');
}

/** The value of GODEBUG that the program is to run with, '' for none. It cannot be set from inside. */
export function godebugOf(scenario: Scenario): string {
  return scenario.godebug.asyncpreemptoff ? 'asyncpreemptoff=1' : '';
}

/** Below the package clause, where gofmt does not take it for documentation; a line must not read as a build constraint. */
function description(scenario: Scenario): string[] {
  const text = scenario.description.trim();
  return text === '' ? [] : text.split('\n').map((line) => `// ${line.trim().replace(/^\+build/, '+ build')}`.trimEnd());
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function mainGoroutine(seed: number, random: boolean): string {
  if (!random) return '&goroutine{name: "main"}';
  return goroutineLiteral('main', seed, 'main');
}

// ---- what is declared

function declarations(scenario: Scenario, program: Program): string[] {
  const lines: string[] = [];
  const name = (kind: string, decl: ObjectDecl): string => program.names.objects.get(`${kind} ${decl.name}`)!;
  for (const channel of scenario.channels) {
    const capacity = channel.capacity ?? 0;
    const go = name('channel', channel);
    if (channel.count !== null) {
      if (channel.capacity === null) lines.push(`var ${go} = make([]chan int64, ${channel.count})`);
      else {
        program.parts.add('makeChans');
        lines.push(`var ${go} = makeChans(${channel.count}, ${capacity})`);
      }
    } else if (channel.capacity === null) lines.push(`var ${go} chan int64`);
    else lines.push(`var ${go} = make(chan int64${capacity === 0 ? '' : `, ${capacity}`})`);
  }
  const zero = (kind: string, type: string, decls: readonly ObjectDecl[]): void => {
    for (const decl of decls) {
      program.imports.add('sync');
      lines.push(decl.count === null ? `var ${name(kind, decl)} ${type}` : `var ${name(kind, decl)} = make([]${type}, ${decl.count})`);
    }
  };
  zero('mutex', 'sync.Mutex', scenario.mutexes);
  zero('rwmutex', 'sync.RWMutex', scenario.rwmutexes);
  zero('waitgroup', 'sync.WaitGroup', scenario.waitgroups);
  for (const cond of scenario.conds) lines.push(condDeclaration(cond, scenario, program));
  zero(
    'once',
    'sync.Once',
    scenario.onces.map((once) => ({ name: once, count: null })),
  );
  for (const variable of scenario.vars) {
    const go = name('var', variable);
    if (variable.count !== null) {
      program.parts.add('makeVars');
      lines.push(`var ${go} = makeVars(${variable.count}, ${variable.initial})`);
    } else lines.push(variable.initial === 0 ? `var ${go} int64` : `var ${go} int64 = ${variable.initial}`);
  }
  return [...lines, ...timerDeclarations(scenario, program)];
}

/** An array of conds over an array of lockers gives each its own. */
function condDeclaration(cond: Scenario['conds'][number], scenario: Scenario, program: Program): string {
  program.imports.add('sync');
  const go = program.names.objects.get(`cond ${cond.name}`)!;
  const { locker, lockerKind } = cond;
  const lockers = (lockerKind === 'mutex' ? scenario.mutexes : scenario.rwmutexes).find((decl) => decl.name === locker.name);
  const variable = program.names.objects.get(`${lockerKind} ${locker.name}`)!;
  const fixed = locker.index?.kind === 'const' ? `${variable}[${locker.index.value}]` : variable;
  if (cond.count === null) return `var ${go} = sync.NewCond(&${fixed})`;
  program.parts.add('makeConds');
  const own = locker.index === null && lockers?.count != null ? `${variable}[i]` : fixed;
  return `var ${go} = makeConds(${cond.count}, func(i int) sync.Locker { return &${own} })`;
}

// ---- what the scenario does

/** The function of main, and whether any step that runs draws random numbers or writes to the log. */
function contents(scenario: Scenario): { main: string; random: boolean; logs: boolean } {
  const { bodies } = goNames(scenario, supportNames());
  let random = scenario.listeners.some(drawsArrivals);
  let logs = false;
  const visit = (steps: Steps): void => {
    for (const step of live(steps)) {
      if (step.op === 'log') logs = true;
      if (step.op === 'choose' || quantitiesOf(step).some((kind) => !['value', 'list', 'replay'].includes(kind))) random = true;
      for (const inner of listsOf(step)) visit(inner);
    }
  };
  for (const body of scenario.bodies) visit(body.steps);
  return { main: bodies.get('main')!, random, logs };
}

function quantitiesOf(step: Step): string[] {
  const kinds: string[] = [];
  if (step.op === 'select') for (const one of step.cases) if (one.kind === 'after') kinds.push(one.after.kind);
  if ('for' in step) kinds.push(step.for.kind);
  if ('after' in step) kinds.push(step.after.kind);
  if (step.op === 'syscall' && step.cpu !== null) kinds.push(step.cpu.kind);
  return kinds;
}

function listsOf(step: Step): Steps[] {
  if (step.op === 'select') return [...step.cases.map((one) => one.do), step.default ?? []];
  if (step.op === 'choose') return step.choices.map((choice) => choice.do);
  if (step.op === 'if') return [step.do, step.else ?? []];
  return 'do' in step ? [step.do] : [];
}
