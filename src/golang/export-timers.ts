// Timers, tickers and pipes of an exported program: their declarations, and what main does before its body. A ticker is
// made there and not where it is declared, for its time begins with the scenario's.

import type { ObjectDecl, Scenario } from '../scenario/model.ts';
import { printGo } from './go-expr.ts';
import type { Program } from './write-values.ts';
import { Values } from './write-values.ts';

export function timerDeclarations(scenario: Scenario, program: Program): string[] {
  const lines: string[] = [];
  const declare = (kind: string, type: string, decls: readonly ObjectDecl[]): void => {
    for (const decl of decls) {
      program.imports.add('time');
      const name = nameOf(kind, decl, program);
      lines.push(decl.count === null ? `var ${name} ${type}` : `var ${name} = make([]${type}, ${decl.count})`);
    }
  };
  declare('timer', '*time.Timer', scenario.timers);
  declare('ticker', '*time.Ticker', scenario.tickers);
  for (const pipe of scenario.pipes) {
    const kind = pipe.blocking ? 'BlockingPipe' : 'Pipe';
    program.parts.add(pipe.blocking ? 'blockingPipe' : 'pipe');
    const name = nameOf('pipe', pipe, program);
    if (pipe.count === null) lines.push(`var ${name} = new${kind}()`);
    else {
      program.parts.add(pipe.blocking ? 'blockingPipes' : 'pipes');
      lines.push(`var ${name} = new${kind}s(${pipe.count})`);
    }
  }
  return lines;
}

/** Statements of main between the start of its time and its body. */
export function setup(scenario: Scenario, program: Program): string[] {
  const lines: string[] = [];
  if (scenario.maxThreads !== null) {
    program.imports.add('runtime/debug');
    lines.push(`\tdebug.SetMaxThreads(${scenario.maxThreads})`);
  }
  const values = new Values(program, []);
  for (const ticker of scenario.tickers) {
    const place = { line: 1, column: 1, length: 0 };
    const period = values.duration({ kind: 'value', value: { kind: 'const', type: 'duration', value: ticker.periodNs, place } });
    const name = nameOf('ticker', ticker, program);
    const made = `time.NewTicker(${printGo(period)})`;
    if (ticker.count === null) lines.push(`\t${name} = ${made}`);
    else lines.push(`\tfor i := range ${name} {`, `\t\t${name}[i] = ${made}`, '\t}');
  }
  return lines;
}

function nameOf(kind: string, decl: ObjectDecl, program: Program): string {
  return program.names.objects.get(`${kind} ${decl.name}`)!;
}
