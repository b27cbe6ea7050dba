// The engine before its judges: what it records obeys the rules, and what it counts is what it recorded.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countedOf, recount } from '../src/analysis/recount.ts';
import { describeViolation, validate } from '../src/analysis/validator.ts';
import { GO_PARAMS } from '../src/runtime/sched.ts';
import { compileScenario } from '../src/scenario/compile.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { Scenario } from '../src/scenario/model.ts';
import { runToEnd } from '../src/sim/simulate.ts';
import { summarise } from '../src/sim/summarise.ts';
import { createWorld } from '../src/sim/world.ts';
import { root } from './support/source.ts';

interface Setting {
  readonly go: string;
  readonly cold: boolean;
  readonly gomaxprocs: number;
  readonly cpus: number;
  readonly seed: number;
  readonly runqsize: number;
}

/** Runs a scenario and returns what the judges have to say: nothing. */
function judge(scenario: Scenario, setting: Setting): string[] {
  const { go, cold, gomaxprocs, cpus, seed, runqsize } = setting;
  const start = cold ? ({ kind: 'cold' } as const) : ({ kind: 'settled', schedtick: null } as const);
  const options = {
    ...{ name: 'test', file: 'test.yaml', go, gomaxprocs, cpus, seed, start, untilNs: scenario.untilNs ?? 100_000_000 },
    ...{ record: true, detail: false, check: true, runAhead: true, maxEvents: 20_000, maxBytes: 400_000, maxLogBytes: 10_000_000 },
  };
  const world = createWorld(compileScenario(scenario), options, { ...GO_PARAMS, runqsize });
  runToEnd(world);
  const log = world.log!;
  const said = validate(log, { gomaxprocs, cpus, runqsize }).map(describeViolation);
  const result = summarise(world);
  const recounted = recount(log, { gomaxprocs, endNs: result.makespanNs });
  return [...said, ...differences('', recounted, countedOf(result))];
}

/** `counters.steals: 3 in the log, 4 in the result` for each figure that differs. */
function differences(path: string, log: unknown, result: unknown): string[] {
  if (typeof log === 'object' && log !== null && typeof result === 'object' && result !== null) {
    const keys = new Set([...Object.keys(log), ...Object.keys(result)]);
    return [...keys].flatMap((key) => differences(`${path}.${key}`, (log as never)[key], (result as never)[key]));
  }
  return log === result ? [] : [`${path.slice(1)}: ${log} in the log, ${result} in the result`];
}

const SETTINGS: Setting[] = [
  { go: '1.26', cold: false, gomaxprocs: 1, cpus: 4, seed: 1, runqsize: 256 },
  { go: '1.26', cold: false, gomaxprocs: 4, cpus: 2, seed: 2, runqsize: 256 },
  { go: '1.19', cold: true, gomaxprocs: 2, cpus: 4, seed: 3, runqsize: 4 },
];

describe('the judges find nothing', () => {
  const folder = join(root, 'test/programs');
  it.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('in %s', (name) => {
    const { scenario } = parseScenario(readFileSync(join(folder, name), 'utf8'), name);
    for (const setting of SETTINGS) expect(judge(scenario!, setting), JSON.stringify(setting)).toEqual([]);
  });
});
