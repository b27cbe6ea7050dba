// What happens to a run whose event log grows too long: it goes on without one, and says so.

import { describe, expect, it } from 'vitest';
import { runScenario } from '../src/cli/run-scenario.ts';
import { parseScenario } from '../src/scenario/load.ts';
import type { Result } from '../src/sim/result.ts';
import { EventLog } from '../src/trace/log.ts';

const TEXT = `channels: {c: 0}
goroutines:
  main:
    - go: pong
    - repeat: 200000
      do:
        - send: c
  pong:
    - forever:
        - recv: c
`;
const { scenario } = parseScenario(TEXT, 'ping.yaml');

/** All that does not speak of the event log. */
function rest({ events, eventHash, warnings, findings, ...others }: Result): Partial<Result> {
  return others;
}

describe('an event log past its limit', () => {
  const whole = runScenario(scenario!);
  const { log } = whole;

  it('is given up whole, with one warning, and changes nothing else of the result', () => {
    expect(log!.bytes).toBeGreaterThan(3 << 20);
    const cut = runScenario(scenario!, { maxLogBytes: 1_500_000 });
    expect(cut.log).toBeNull();
    expect([cut.result.events, cut.result.eventHash]).toEqual([null, null]);
    expect(cut.result.warnings).toEqual([expect.stringMatching(/stopped at 1500000 bytes.*timeline and findings are missing: --until/)]);
    expect(rest(cut.result)).toEqual(rest(whole.result));
  });

  it('is given up by one byte, and kept without a word at its limit', () => {
    const { bytes } = log!;
    const kept = runScenario(scenario!, { maxLogBytes: bytes });
    expect([kept.result.eventHash, kept.result.warnings]).toEqual([whole.result.eventHash, []]);
    expect(runScenario(scenario!, { maxLogBytes: bytes - 1 }).log).toBeNull();
  });

  it('holds little memory from then on, and cannot be read', () => {
    const long = new EventLog(1000);
    for (let at = 0; at < 1_000_000; at++) long.record(at, 0, 1, 1, 1, 1, 1);
    expect(long.givenUp).toBe(true);
    expect(() => long.hash()).toThrow('grew past 1000 bytes');
  });
});
