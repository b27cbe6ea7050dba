// When a goroutine is asked to give way. Real Go's execution trace of the same program, at GOMAXPROCS 2, shows no
// preemption in either version.

import { expect, it } from 'vitest';
import { runScenario } from '../src/cli/run-scenario.ts';
import { parseScenario } from '../src/scenario/load.ts';

const STEPS = 'goroutines:\n  main:\n    - repeat: 5\n      do: [{syscall: 30ms}, {log: back}]\n';

it.each(['1.19', '1.26'])('a goroutine in a long system call is not asked to give way: Go %s', (go) => {
  const text = `go: "${go}"\ngomaxprocs: 2\nmachine: {cpus: 2}\nstart: cold\n${STEPS}`;
  const { scenario, diagnostics } = parseScenario(text, 'preemption.yaml');
  if (scenario === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  for (let seed = 1; seed <= 10; seed++) {
    const { result } = runScenario(scenario, { seed, record: false });
    expect(result.counters.retakes).toBeGreaterThan(0);
    expect(result.counters.goPreempt, `seed ${seed}`).toBe(0);
  }
});
