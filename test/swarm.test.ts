// Random scenarios and what must hold for each. `npm run swarm` runs others, as many as one likes.

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { describeViolation, validate } from '../src/analysis/validator.ts';
import { parseScenario } from '../src/scenario/load.ts';
import { STEPS } from '../src/scenario/step-table.ts';
import { EVENTS, GO_START } from '../src/trace/events.ts';
import { EventLog } from '../src/trace/log.ts';
import { root } from './support/source.ts';
import { caseOf, hashOf, judge } from './swarm/judge.ts';
import { randomText } from './swarm/random-text.ts';
import { readFile } from './swarm/vocabulary.ts';

const SCENARIOS = 1000;
const SEED = 20_000;
const again = (seed: number): string => `npm run swarm -- --one ${seed}`;

describe('a thousand random scenarios', () => {
  const kinds = new Set<number>();
  const outcomes = new Map<string, number>();

  // Every invariant is checked after every event of the run without run-ahead, and for each tenth scenario also of the run with it.
  it.each(Array.from({ length: 20 }, (_, i) => SEED + (i * SCENARIOS) / 20))(
    `keep every rule, and give one answer however they are run: ${SCENARIOS / 20} from %i`,
    (first) => {
      for (let seed = first; seed < first + SCENARIOS / 20; seed++) {
        const { failures, outcome, log } = judge(caseOf(seed), { checkTwice: seed % 10 === 0 });
        expect(failures, again(seed)).toEqual([]);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        log?.forEach((row) => kinds.add(row.kind));
      }
    },
    60_000,
  );

  it('have seen every kind of event, and every end but the one nobody can wait for', () => {
    expect(EVENTS.filter((_, kind) => !kinds.has(kind)).map((row) => row.name)).toEqual([]);
    const ends = 'completed deadlock exit fatal limit panic threads-exhausted until'.split(' ');
    expect(ends.filter((kind) => (outcomes.get(kind) ?? 0) < 2)).toEqual([]);
  });
});

it('the same scenarios give the same hashes in a fresh process', () => {
  const script = ['--import', 'tsx', 'test/swarm/run.ts', '--hashes', '--seed', '500', '--count', '50'];
  const there = execFileSync(process.execPath, script, { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const here = Array.from({ length: 50 }, (_, i) => `${500 + i} ${hashOf(caseOf(500 + i))}`);
  expect(there).toEqual(here);
}, 60_000);

describe('the writer of scenarios', () => {
  it('uses every step of the language', () => {
    const used = new Set<string>();
    for (let seed = 0; seed < 300; seed++) for (const [, word] of randomText(seed).matchAll(/- "?(\w+)"?(?::|$)/gm)) used.add(word!);
    expect([...STEPS.keys()].filter((step) => !used.has(step))).toEqual([]);
  });

  it('writes the same text for the same number, and another for another', () => {
    expect(randomText(7)).toBe(randomText(7));
    expect(randomText(7)).not.toBe(randomText(8));
  });

  it('covers what a scenario can be set to', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const { scenario } = parseScenario(randomText(seed), 'swarm.yaml', { readFile });
      const { go, gomaxprocs, cpus, start, untilNs } = scenario!;
      seen
        .add(`go ${go}`)
        .add(`gomaxprocs ${gomaxprocs}`)
        .add(`cpus ${cpus}`)
        .add(untilNs === null ? 'endless' : 'until');
      seen.add(start.kind === 'cold' ? 'cold' : start.schedtick === null ? 'settled' : 'settled at a tick');
      if (cpus < gomaxprocs!) seen.add('fewer CPUs than Ps');
    }
    const settings = ['go 1.19', 'go 1.26', 'gomaxprocs 1', 'gomaxprocs 8', 'cpus 1', 'cpus 8', 'endless', 'until'];
    expect([...settings, 'cold', 'settled', 'settled at a tick', 'fewer CPUs than Ps'].filter((one) => !seen.has(one))).toEqual([]);
  });
});

describe('the swarm can fail', () => {
  const failures = (broken: Parameters<typeof judge>[1], count: number): string[] =>
    Array.from({ length: count }, (_, i) => judge(caseOf(SEED + i), broken).failures).flat();

  it('when the engine looks at the global queue at another tick than the 61st', () => {
    expect(failures({ broken: { globalTick: 60 } }, 150).join('\n')).toContain('the validator: row');
  });

  it('when its local queues have another size than they should', () => {
    expect(failures({ broken: { runqsize: 8 } }, 30).join('\n')).toContain('the validator: row');
  });

  it('when a row of a log is left out, or says something else', () => {
    const { log } = judge(caseOf(SEED + 7));
    const tampered = (change: (row: number, kind: number) => 'drop' | 'keep' | 'other P'): string[] => {
      const copy = new EventLog();
      let row = 0;
      log!.forEach(({ at, kind, m, p, g, a, b }) => {
        const what = change(row++, kind);
        if (what !== 'drop') copy.record(at, kind, m, what === 'keep' ? p : p + 1, g, a, b);
      });
      const { scenario } = parseScenario(caseOf(SEED + 7).text, 'swarm.yaml', { readFile });
      const options = { gomaxprocs: scenario!.gomaxprocs!, cpus: scenario!.cpus, runqsize: caseOf(SEED + 7).params.runqsize };
      return validate(copy, options).map(describeViolation);
    };
    const starts: number[] = [];
    tampered((row, kind) => {
      if (kind === GO_START) starts.push(row);
      return 'keep';
    });
    const middle = starts[starts.length >> 1]!;
    expect(tampered(() => 'keep')).toEqual([]);
    expect(tampered((row) => (row === middle ? 'drop' : 'keep'))).not.toEqual([]);
    expect(tampered((row) => (row === middle ? 'other P' : 'keep'))).not.toEqual([]);
  });

  it('when a scenario is refused', () => {
    const verdict = judge({ ...caseOf(1), text: 'goroutines: {main: [{snd: a}]}' });
    expect(verdict.failures.join('\n')).toContain('did you mean "send"?');
  });
});
