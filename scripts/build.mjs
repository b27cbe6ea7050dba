// Builds dist/: the command as one bundle (cli.js) and the library as modules with types (index.js, index.d.ts).
//
// Both are written to a directory beside dist/ and moved into place when they are complete, so a failed build leaves the last good one.
// The bundle carries its dependencies, because loading them from many files costs more than running them; the library leaves them
// outside, for whoever uses it to share. Both JSON Schemas in docs/ are written from the library. npm runs this as `prepare`: after npm ci, before npm pack, and when npx meets a checkout.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const out = join(root, `.build-${process.pid}`);
const started = performance.now();

// npx runs this when it first meets a checkout. Failing then would leave npx a broken cache entry for the folder, which no later npm ci
// repairs; so it ends well, and bin/gosim.js says what to do.
const npx = process.env.npm_command === 'exec';

const missing = ['rolldown', 'typescript'].filter((name) => !installed(name));
if (missing.length > 0) {
  const omitted = (process.env.npm_config_omit ?? '').split(/[\s,]+/).includes('dev');
  if (omitted || npx) {
    console.log(`gosim: not building dist/, because development packages are absent (${missing.join(', ')}).`);
    process.exit(0);
  }
  console.error(`gosim: cannot build dist/ without ${missing.join(' and ')}.`);
  console.error('NOTE: run npm ci, without --omit=dev or NODE_ENV=production. Installing straight from a git address does not work: clone');
  console.error('the repository, run npm ci in it, then npm install -g . there.');
  process.exit(1);
}

try {
  mkdirSync(out, { recursive: true });
  library();
  await command();
  await schemas();
  publish();
  console.log(`gosim: built dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
} catch (error) {
  console.error(`gosim: the build failed, dist/ is as it was. ${error instanceof Error ? error.message : error}`);
  process.exitCode = npx ? 0 : 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}

function installed(name) {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

function library() {
  const tsc = join(require.resolve('typescript/package.json'), '..', 'bin', 'tsc');
  try {
    execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', out], { stdio: 'inherit' });
  } catch {
    throw new Error('tsc did not accept the library (src/index.ts); its messages are above.');
  }
}

async function command() {
  const { bundle } = await import('./bundle.mjs');
  const inputs = await bundle(join(root, 'src/cli/main.ts'), join(out, 'cli.js'));
  writeFileSync(join(out, 'cli.js.LICENSES.txt'), licenses(inputs));
}

/** The JSON Schemas of scenarios and results, from the library that was just built. */
async function schemas() {
  const { resultSchema, scenarioSchema } = await import(pathToFileURL(join(out, 'index.js')).href);
  for (const [name, schema] of Object.entries({ scenario: scenarioSchema(), result: resultSchema() })) {
    const file = join(root, 'docs', `${name}.schema.json`);
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  }
}

/** The licence texts of the packages that ended up in the bundle, in alphabetical order. */
function licenses(inputs) {
  const packages = new Set(inputs.map((path) => /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[0]).filter(Boolean));
  const texts = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[sc]e/i.test(entry));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return `dist/cli.js contains these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** Puts `out` in the place of dist/. Another build may be doing the same; the last one wins. */
function publish() {
  const dist = join(root, 'dist');
  const old = `${out}-old`;
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(dist, old);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    rmSync(old, { recursive: true, force: true });
    try {
      return renameSync(out, dist);
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}
