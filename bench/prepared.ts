// A scenario of a given size, ready to run: costs on, nothing recorded, no goroutine's record kept.

import { compileScenario } from '../src/scenario/compile.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { GoMain } from '../src/sim/go-program.ts';
import type { RunOptions } from '../src/sim/options.ts';
import type { Result } from '../src/sim/result.ts';
import { simulate } from '../src/sim/simulate.ts';
import type { Size } from './workloads.ts';

const NO_CAPS = { maxEvents: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY, maxLogBytes: 0 };

/** Reads and compiles; what it returns simulates, and may be called again and again. `main`: is run in place of the scenario's steps. */
export function prepared(text: string, file: string, size: Size, main?: GoMain): () => Result {
  const set = new Map(Object.entries(size.params).map(([name, value]) => [name, String(value)]));
  const { scenario, diagnostics } = parseScenario(text, file, { set });
  if (scenario === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  const program = main ?? compileScenario(scenario);
  const { name, go, cpus, start, seed, untilNs } = scenario;
  const options: RunOptions = {
    name,
    file,
    go,
    cpus,
    start,
    seed,
    untilNs,
    gomaxprocs: scenario.gomaxprocs ?? cpus,
    record: false,
    detail: false,
    check: false,
    runAhead: true,
    ...NO_CAPS,
  };
  return () => simulate(program, options).result;
}
