// What `gosim calibrate` prints: each cost of the default machine profile beside what was measured on this machine.

import { count, table } from './format.ts';
import type { Style } from './style.ts';

/** A default cost: a figure, or a range for one that varies from call to call. */
export type DefaultCost = number | readonly [number, number];

export interface CalibrationInput {
  readonly go: string;
  readonly machine: { readonly cpu: string; readonly cpus: number; readonly kernel: string };
  readonly measured: Readonly<
    Record<string, { readonly ns: number; readonly minNs: number; readonly maxNs: number; readonly how: string }>
  >;
  readonly defaults: Readonly<Record<string, DefaultCost>>; // of the profile `defaultsOf`, by the same names
  readonly defaultsOf: string;
}

export function calibrationText(input: CalibrationInput, style: Style): string {
  const { go, machine, measured, defaults, defaultsOf } = input;
  const names = Object.keys(defaults);
  const found = names.filter((name) => measured[name] !== undefined);
  const missing = names.filter((name) => measured[name] === undefined);
  const rows = found.map((name) => {
    const { ns, minNs, maxNs, how } = measured[name];
    return [style.strong(name), costText(defaults[name]), count(ns), `${count(minNs)}..${count(maxNs)}`, style.faint(how)];
  });
  const head = ['cost', 'default', 'ns', 'min..max', 'how it was measured'].map(style.faint);
  return [
    style.strong(`What the operations of Go ${go}'s runtime cost here, in nanoseconds`),
    style.faint([machine.cpu, `${count(machine.cpus)} CPUs`, machine.kernel].join(` ${style.glyphs.dot} `)),
    '',
    ...table([head, ...rows], 'lrrrl'),
    '',
    ...(missing.length === 0
      ? []
      : [`Not measured, the default stands: ${missing.map((name) => `${name} ${costText(defaults[name])}`).join(', ')}.`]),
    `The defaults are those of the profile for Go ${defaultsOf}. They were measured on another machine; --machine FILE runs with what -o FILE wrote here.`,
    '',
  ].join('\n');
}

function costText(cost: DefaultCost): string {
  return typeof cost === 'number' ? count(cost) : `${count(cost[0])}..${count(cost[1])}`;
}
