#!/usr/bin/env node
// The command is one bundle, dist/cli.js. The exit code is set and never forced, so that output going into a pipe is written to its end.
import { existsSync } from 'node:fs';

const bundle = new URL('../dist/cli.js', import.meta.url);
if (existsSync(bundle)) {
  const { main } = await import(bundle.href);
  process.exitCode = await main(process.argv);
} else {
  process.stderr.write('gosim is not built yet: run npm ci first, in the directory that holds its package.json.\n');
  process.exitCode = 3;
}
