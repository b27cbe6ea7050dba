// `npm test`: lint, then types, then vitest; ends with one line, `N passed, N failed`.
//
// Lint and types count as one test each. Arguments after `--` go to vitest: npm test -- layers, npm test -- -u, npm test -- -t 'steal'.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const total = { passed: 0, failed: 0, skipped: 0 };
const totalLine = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

await check('lint', '@biomejs/biome', 'bin/biome', ['check', '--colors=off', '--error-on-warnings']);
await check('types', 'typescript', 'bin/tsc', ['--noEmit', '--pretty', 'false']);
await unit(process.argv.slice(2));

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** Runs a checker that says nothing of interest when all is well. */
async function check(name, pkg, bin, args) {
  const started = performance.now();
  const lines = [];
  const status = await run(pkg, bin, args, (line) => lines.push(line));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (status === 0) {
    total.passed++;
    console.log(`ok    ${name} (${seconds} s)`);
  } else {
    total.failed++;
    console.log(lines.join('\n'));
    console.log(`FAIL  ${name} (${seconds} s)${name === 'lint' ? '; npm run format repairs most of it' : ''}\n`);
  }
}

/** Runs vitest, passing its output on but for the last line, which is added to the total. */
async function unit(args) {
  let counted = false;
  const status = await run('vitest', 'vitest.mjs', ['run', ...args], (line) => {
    const match = totalLine.exec(line);
    if (match === null) return console.log(line);
    counted = true;
    total.passed += Number(match[1]);
    total.failed += Number(match[2]);
    total.skipped += Number(match[3] ?? 0);
  });
  if (!counted || (status !== 0 && total.failed === 0)) {
    total.failed++;
    console.log(`FAIL  vitest ended with status ${status}${counted ? '' : ' and without a count of tests'}\n`);
  }
}

/** Resolves to the exit status. Standard output and standard error both arrive line by line. */
function run(pkg, bin, args, onLine) {
  let script;
  try {
    script = join(require.resolve(`${pkg}/package.json`), '..', bin);
  } catch {
    onLine(`${pkg} is not installed: run npm ci first.`);
    return Promise.resolve('(not started)');
  }
  const env = { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' };
  const child = spawn(process.execPath, [script, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve(status ?? signal));
  });
}
