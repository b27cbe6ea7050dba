// `npm run swarm -- [--count N] [--seed S] [--one SEED] [--out FILE] [--hashes]`: random scenarios, judged. Scenario number
// i of seed S is number S + i, and `--one` runs that one again. Ends with status 1 when anything failed.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { caseOf, hashOf, judge } from './judge.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    one: { type: 'string' },
    out: { type: 'string' },
    hashes: { type: 'boolean', default: false },
    most: { type: 'string', default: '10' }, // failures after which it stops
  },
});

const count = values.one === undefined ? whole('count', values.count) : 1;
const first = whole('seed', values.one ?? values.seed ?? String(Date.now() % 1_000_000_000));

if (values.hashes) {
  for (let seed = first; seed < first + count; seed++) console.log(`${seed} ${hashOf(caseOf(seed))}`);
} else {
  process.exitCode = swarm() > 0 ? 1 : 0;
}

function swarm(): number {
  const outcomes = new Map<string, number>();
  const most = whole('most', values.most);
  const started = performance.now();
  let failed = 0;
  let done = 0;
  console.log(`seed ${first}, ${count} ${count === 1 ? 'scenario' : 'scenarios'}`);
  for (let seed = first; seed < first + count && failed < most; seed++) {
    const one = caseOf(seed);
    const { failures, outcome } = judge(one, { checkTwice: true });
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (++done % 500 === 0) console.log(`${done} done, ${failed} failed, ${seconds(started)}`);
    if (failures.length === 0) continue;
    failed++;
    console.log(`\nscenario ${seed} (${outcome}) fails:`);
    for (const failure of failures) console.log(`  ${failure}`);
    console.log(`again: npm run swarm -- --one ${seed}${values.out === undefined ? ' --out failing.yaml' : ''}\n`);
    if (values.out !== undefined) {
      const { runqsize, maxmcount } = one.params;
      writeFileSync(
        values.out,
        `# swarm ${seed}: queues of ${runqsize}, ${maxmcount} threads, ${one.maxEvents} events at most\n${one.text}`,
      );
      console.log(`written to ${values.out}\n`);
    }
  }
  const kinds = [...outcomes].sort((a, b) => b[1] - a[1]).map(([kind, n]) => `${kind} ${n}`);
  console.log(`${done} done, ${failed} failed, ${seconds(started)}: ${kinds.join(', ')}`);
  return failed;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function whole(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  console.error(`--${name} is a whole number, not ${text}`);
  process.exit(2);
}
