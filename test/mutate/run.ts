// `npm run mutate -- [COUNT] [--seed S] [--one SEED]`: scenarios gone wrong, judged. Text number i of seed S is number
// S + i; `--one` prints that text and judges it again. Ends with status 1 when anything failed.

import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { judge } from './judge.ts';
import { mutant, ORIGINALS } from './mutate.ts';

const MOST_FAILURES = 20;
const HUNG_SECONDS = 60;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string' }, one: { type: 'string' } } });

if (values.one === undefined) {
  process.exitCode = many(whole(positionals[0] ?? '1000'), whole(values.seed ?? String(Date.now() % 1_000_000_000)), await watched());
} else {
  const text = mutant(whole(values.one));
  console.log(text);
  const { failures, end } = judge(text);
  console.log([end, ...failures].join('\n'));
  process.exitCode = failures.length > 0 ? 1 : 0;
}
process.exit();

function many(count: number, first: number, current: Int32Array): number {
  const ends = new Map<string, number>();
  const started = performance.now();
  const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  let failed = 0;
  let done = 0;
  console.log(`seed ${first}, ${count} mutations of ${ORIGINALS.length} scenarios`);
  for (let seed = first; seed < first + count && failed < MOST_FAILURES; seed++) {
    Atomics.store(current, 0, seed);
    const { failures, end } = judge(mutant(seed));
    ends.set(end, (ends.get(end) ?? 0) + 1);
    if (++done % 10_000 === 0) console.log(`${done} done, ${failed} failed, ${seconds()}`);
    if (failures.length === 0) continue;
    failed++;
    console.log(`\nmutation ${seed} (${end}) fails:\n  ${failures.slice(0, 3).join('\n  ')}\nagain: npm run mutate -- --one ${seed}\n`);
  }
  const kinds = [...ends].sort((a, b) => b[1] - a[1]).map(([kind, n]) => `${kind} ${n}`);
  console.log(`${done} done, ${failed} failed, ${seconds()}: ${kinds.join(', ')}`);
  return failed > 0 ? 1 : 0;
}

/** The number being judged, for a thread that looks on: when it stays the same for too much processor time, it is named and all ends. */
async function watched(): Promise<Int32Array> {
  const current = new Int32Array(new SharedArrayBuffer(4));
  const look = `
    const { workerData: current } = require('node:worker_threads');
    const { writeSync } = require('node:fs');
    const seconds = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
    let last = -1;
    let since = 0;
    setInterval(() => {
      const now = Atomics.load(current, 0);
      if (now !== last) {
        last = now;
        since = seconds();
      } else if (seconds() - since > ${HUNG_SECONDS}) {
        writeSync(1, 'mutation ' + now + ' hangs\\nagain: npm run mutate -- --one ' + now + '\\n');
        process.kill(process.pid, 'SIGKILL');
      }
    }, 1000);`;
  const worker = new Worker(look, { eval: true, workerData: current, execArgv: [] });
  await once(worker, 'online');
  worker.unref();
  return current;
}

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`a whole number belongs here, not ${text}`);
  process.exit(2);
}
