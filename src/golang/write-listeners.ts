// The listeners of a scenario as declarations of the Go program: each with where the instants of its arrivals come from.

import { Stream } from '../base/prng.ts';
import type { Place, Quantity, Scenario } from '../scenario/model.ts';
import type { GoExpr } from './go-expr.ts';
import { atom, call, integer, printGo } from './go-expr.ts';
import type { PartName } from './support.ts';
import type { Program } from './write-values.ts';
import { goString, Values } from './write-values.ts';

type ListenerDecl = Scenario['listeners'][number];

const NOWHERE: Place = { line: 1, column: 1, length: 1 };

/** Whether the arrivals of a listener are drawn from a stream of random numbers. */
export function drawsArrivals({ arrivals }: ListenerDecl): boolean {
  switch (arrivals.kind) {
    case 'every':
    case 'burst':
      return draws(arrivals.gap);
    case 'at':
      return false;
    default:
      return true; // each client of a closed loop has a stream, whether it draws or not
  }
}

function draws({ kind }: Quantity): boolean {
  return kind !== 'value' && kind !== 'list' && kind !== 'replay';
}

/** `&goroutine{…}` with the key of a named stream. */
export function goroutineLiteral(name: string, seed: number, stream: string): string {
  const { k0, k1 } = new Stream(seed, stream);
  return `&goroutine{name: ${goString(name)}, k0: ${hex(k0)}, k1: ${hex(k1)}}`;
}

function hex(word: number): string {
  return `0x${(word >>> 0).toString(16).padStart(8, '0')}`;
}

/** The declarations, one line each. */
export function listenerDeclarations(scenario: Scenario, program: Program): string[] {
  return scenario.listeners.flatMap((listener) => declaration(listener, scenario.seed, program));
}

function declaration(listener: ListenerDecl, seed: number, program: Program): string[] {
  const { name, arrivals, forNs } = listener;
  const variable = program.names.objects.get(`listener ${name}`)!;
  const literal = goroutineLiteral(name, seed, `listener ${name}`);
  const end = forNs === null ? atom('noEnd') : nanoseconds(forNs, program);
  const need = (...parts: PartName[]): void => {
    for (const part of parts) program.parts.add(part);
  };
  if (arrivals.kind === 'closed') {
    need('closedLoop');
    const think = `func(g *goroutine) int64 { return ${printGo(new Values(program, []).quantity(arrivals.think))} }`;
    return [`var ${variable} = ${printGo(call('listenTo', integer(arrivals.clients), end, atom(literal), atom(think)))}`];
  }
  need('listener');
  const lines: string[] = [];
  let stream = 'g';
  if (drawsArrivals(listener)) {
    stream = program.names.names.give(`${name}Arrivals`);
    lines.push(`var ${stream} = ${literal}`);
  }
  const values = new Values(program, [], stream);
  const made = (): GoExpr => {
    switch (arrivals.kind) {
      case 'poisson':
        need('every', 'exponential');
        return call('every', integer(1), atom(`func() int64 { return ${stream}.exponential(${arrivals.meanNs}) }`));
      case 'every':
      case 'burst': {
        need('every');
        const count = arrivals.kind === 'burst' ? arrivals.count : 1;
        return call('every', integer(count), atom(`func() int64 { return ${printGo(values.quantity(arrivals.gap))} }`));
      }
      case 'ramp':
        need('ramp');
        return call('ramp', atom(stream), atom(String(arrivals.from)), atom(String(arrivals.to)), end);
      case 'at':
        need('arrivalsAt');
        return call('arrivalsAt', atom(`[]int64{${arrivals.instants.join(', ')}}`));
    }
  };
  return [...lines, `var ${variable} = ${printGo(call('listen', call('distinct', end, made())))}`];
}

function nanoseconds(value: number, program: Program): GoExpr {
  return new Values(program, []).expr({ kind: 'const', type: 'duration', value, place: NOWHERE });
}
