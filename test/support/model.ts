// Scenarios built by hand, without YAML: short constructors for the expressions, steps and declarations of the model.

import type { Expr, Ref, Scenario, Step, Steps, Target } from '../../src/scenario/model.ts';

export const nowhere = { line: 1, column: 1, length: 0 };

export function int(value: number): Expr {
  return { kind: 'const', type: 'int', value, place: nowhere };
}

export function local(slot: number): Expr {
  return { kind: 'local', type: 'int', name: `l${slot}`, slot, place: nowhere };
}

export function ref(name: string, index: Expr | null = null): Ref {
  return { name, index, place: nowhere };
}

export function variable(name: string, index: Expr | null = null): Expr {
  return { kind: 'var', type: 'int', ref: ref(name, index), place: nowhere };
}

export function length(kind: 'len' | 'cap', name: string, index: Expr | null = null): Expr {
  return { kind, type: 'int', ref: ref(name, index), place: nowhere };
}

export function unary(op: '-' | '!', operand: Expr): Expr {
  return { kind: 'unary', op, type: op === '!' ? 'bool' : 'int', operand, place: nowhere };
}

export function binary(left: Expr, op: Extract<Expr, { kind: 'binary' }>['op'], right: Expr): Expr {
  return { kind: 'binary', op, type: /^[-+*/%]$/.test(op) ? 'int' : 'bool', left, right, place: nowhere };
}

export function target(slot: number, introduces = true): Target {
  return { name: `l${slot}`, slot, introduces };
}

export function ns(value: number): { kind: 'value'; value: Expr } {
  return { kind: 'value', value: int(value) };
}

/** Every step without its place. */
export type Bare<T> = T extends { readonly op: unknown } ? Omit<T, 'place'> : never;

export function steps(...list: Bare<Step>[]): Steps {
  return list.map((step) => ({ place: nowhere, ...step }) as Step);
}

export interface BodySketch {
  readonly steps: Steps;
  readonly params?: number;
  readonly locals?: number; // besides the params
}

export function scenario(bodies: Record<string, BodySketch>, rest: Partial<Scenario> = {}): Scenario {
  const slots = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => ({ name: `l${from + i}`, type: 'int' as const }));
  return {
    file: 'test.yaml',
    name: 'test',
    description: '',
    costs: {},
    ownCosts: {},
    go: '1.26',
    gomaxprocs: null,
    cpus: 4,
    limits: [],
    cpuWeight: 100,
    neighbours: [],
    kernel: {},
    seed: 1,
    untilNs: null,
    start: { kind: 'settled', schedtick: null },
    params: new Map(),
    channels: [],
    mutexes: [],
    rwmutexes: [],
    waitgroups: [],
    conds: [],
    listeners: [],
    onces: [],
    vars: [],
    spans: [],
    timers: [],
    tickers: [],
    pipes: [],
    maxThreads: null,
    godebug: { asyncpreemptoff: false, containermaxprocs: true },
    runtime: {},
    bodies: Object.entries(bodies).map(([name, { steps, params = 0, locals = 0 }]) => ({
      name,
      params: slots(0, params),
      locals: slots(0, params + locals),
      steps,
      place: nowhere,
    })),
    expect: [],
    source: '',
    ...rest,
  };
}
