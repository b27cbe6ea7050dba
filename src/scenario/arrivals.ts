// How connections arrive at a listener: `poisson(800/s)`, `every 5ms`, `closed(clients 50, think exp(10ms))`. All that
// stands here is known before the run: params may stand in it, vars and locals may not.

import { unitNs } from '../base/duration.ts';
import type { Env } from './expression.ts';
import type { Arrivals, Quantity } from './model.ts';
import { quantityField, slice, splitArguments } from './quantity.ts';
import { didYouMean, listed, quoted } from './suggest.ts';
import { constantField, constantText, scalarField } from './values.ts';
import type { Node, Scalar } from './yaml.ts';
import { partOf } from './yaml.ts';

interface ArrivalSpec {
  readonly args: readonly string[]; // what each is called
  readonly labelled: readonly boolean[]; // whether that name must be written before it
  readonly example: string;
  readonly doc: string;
}

/** The arrival processes of the language. */
export const ARRIVALS: Readonly<Record<Arrivals['kind'], ArrivalSpec>> = {
  poisson: { args: ['rate'], labelled: [false], example: 'poisson(800/s)', doc: 'independent of each other, so many on average' },
  every: { args: ['D'], labelled: [false], example: 'every 5ms', doc: 'one after each such time, which may be a distribution' },
  burst: { args: ['n', 'every'], labelled: [false, true], example: 'burst(20, every 100ms)', doc: 'so many at once after each such time' },
  ramp: {
    args: ['from', 'to'],
    labelled: [false, false],
    example: 'ramp(100/s, 2000/s)',
    doc: 'independent of each other, at a rate that changes evenly over the time of `for`',
  },
  closed: {
    args: ['clients', 'think'],
    labelled: [true, true],
    example: 'closed(clients 50, think exp(10ms))',
    doc: 'each client thinks, asks, waits for the `reply`, and thinks again',
  },
  at: { args: ['file'], labelled: [false], example: 'at(arrivals.csv)', doc: 'at the instants in a file, which ascend' },
};

export const MOST_CLIENTS = 1_000_000;
const MOST_IN_BURST = 1_000_000;

/** The arrivals of a listener; null for a mistake, which is reported. */
export function arrivalsField(node: Node, env: Env): Arrivals | null {
  const scalar = scalarField(node, 'how connections arrive', env);
  if (scalar === null) return null;
  const { diagnostics } = env;
  const before = diagnostics.errors;
  const every = /^\s*every\s+(?!\()/.exec(scalar.text);
  const call = /^\s*([\p{L}_][\p{L}\p{N}_]*)\s*\((.*)\)\s*$/su.exec(scalar.text);
  if (every !== null) {
    const gap = positive(slice(scalar, every[0].length, scalar.text.slice(every[0].length)), env);
    return diagnostics.errors > before ? null : { kind: 'every', gap };
  }
  const kinds = Object.keys(ARRIVALS);
  if (call === null) {
    const word = /^\s*([\p{L}_]*)/u.exec(scalar.text)?.[1] ?? '';
    const near = Object.hasOwn(ARRIVALS, word) ? `, as in ${ARRIVALS[word as Arrivals['kind']].example}` : '';
    diagnostics.error(scalar.place, `${quoted(scalar.text)} does not say how connections arrive${near}`, `there are ${listed(kinds)}`);
    return null;
  }
  const [, name, inside] = call;
  const place = partOf(scalar, scalar.text.indexOf(name), name.length);
  if (!Object.hasOwn(ARRIVALS, name)) {
    diagnostics.error(place, `unknown arrival process ${quoted(name)}${didYouMean(name, kinds)}`, `there are ${listed(kinds)}`);
    return null;
  }
  const kind = name as Arrivals['kind'];
  const args = argumentsOf(kind, scalar, inside, env);
  if (args === null) return null;
  const arrivals = build(kind, args, env);
  return diagnostics.errors > before ? null : arrivals;
}

/** The arguments without their labels. */
function argumentsOf(kind: Arrivals['kind'], scalar: Scalar, inside: string, env: Env): Scalar[] | null {
  const { args: names, labelled, example } = ARRIVALS[kind];
  const note = `as in ${example}`;
  const start = scalar.text.indexOf('(') + 1;
  const args = kind === 'at' ? [slice(scalar, start, inside)] : splitArguments(scalar, inside, start);
  if (kind === 'every' || args.length !== names.length || args[0].text === '') {
    const wanted = names.length === 1 ? '1 argument' : `${names.length} arguments`;
    const count = inside.trim() === '' ? 0 : args.length;
    const wrong = kind === 'every' ? '"every" has no parentheses' : `${kind} takes ${wanted}, not ${count}`;
    env.diagnostics.error(scalar.place, wrong, note);
    return null;
  }
  return args.map((arg, i) => {
    const label = new RegExp(`^${names[i]}\\s+(?=\\S)`).exec(arg.text);
    if (label !== null && kind !== 'at') return slice(arg, label[0].length, arg.text.slice(label[0].length));
    if (labelled[i]) env.diagnostics.error(arg.place, `say which this is: "${names[i]} ${arg.text.replace(/^[a-z]\w*\s+/, '')}"`, note);
    return arg;
  });
}

function build(kind: Arrivals['kind'], [first, second]: readonly Scalar[], env: Env): Arrivals {
  switch (kind) {
    case 'poisson': {
      const rate = rateOf(first, env);
      if (rate?.count === 0) env.diagnostics.error(first.place, 'at a rate of 0 nothing ever arrives');
      return { kind, meanNs: rate === null ? 1 : rate.perNs / rate.count };
    }
    case 'every':
      return { kind, gap: positive(first, env) };
    case 'burst':
      return { kind, count: constantField(first, 'the size of a burst', 1, MOST_IN_BURST, env), gap: positive(second, env) };
    case 'ramp': {
      const [from, to] = [rateOf(first, env), rateOf(second, env)];
      if (from?.count === 0 && to?.count === 0) env.diagnostics.error(first.place, 'at a rate of 0 nothing ever arrives');
      return { kind, from: from === null ? 0 : from.count / from.perNs, to: to === null ? 0 : to.count / to.perNs };
    }
    case 'closed':
      return { kind, clients: constantField(first, 'the number of clients', 1, MOST_CLIENTS, env), think: quantityField(second, env) };
    case 'at':
      return { kind, instants: env.files.instants(first, env) };
  }
}

/** The time between two arrivals: never known to be 0. */
function positive(scalar: Scalar, env: Env): Quantity {
  const gap = quantityField(scalar, env);
  const isZero = gap.kind === 'value' && gap.value.kind === 'const' && gap.value.value === 0;
  if (isZero && env.diagnostics.errors === 0) env.diagnostics.error(scalar.place, 'time must pass between two arrivals');
  return gap;
}

/** So many in a unit of time. */
function rateOf(scalar: Scalar, env: Env): { count: number; perNs: number } | null {
  const text = constantText(scalar, env);
  const match = /^\s*(\d+\.?\d*|\.\d+)\s*\/\s*(\p{L}+)\s*$/u.exec(text);
  const perNs = match === null ? undefined : unitNs(match[2]);
  const note = 'rates are written as 800/s, 3/ms or 0.5/m';
  if (match === null || perNs === undefined) {
    const bare = /^\s*[\d.]+\s*$/.test(text);
    env.diagnostics.error(scalar.place, bare ? `the rate ${text.trim()} has no unit` : `${quoted(text)} is no rate`, note);
    return null;
  }
  const count = Number(match[1]);
  if (count > perNs) {
    env.diagnostics.error(scalar.place, `${quoted(text)} is more than one arrival a nanosecond`, note);
    return null;
  }
  return { count, perNs };
}
