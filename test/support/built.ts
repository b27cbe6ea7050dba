// The command as users have it: bundled from the sources, with a folder to work in, and called by a shell. What the
// examples of its help need besides lies in the folder.

import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle } from '../../scripts/bundle.mjs';
import type { Ran } from './gosim.ts';
import { root } from './source.ts';

export interface Shop {
  /** A fresh folder in which the files lie. */
  readonly folder: (files: Readonly<Record<string, string>>) => string;
  /** Runs a line of bash in a folder; `gosim` is the command. */
  readonly shell: (folder: string, line: string, env?: Readonly<Record<string, string>>) => Promise<Ran>;
  /** The same, with Ctrl-C as soon as the line has said on stderr what is waited for. */
  readonly interrupted: (folder: string, line: string, said: string) => Promise<Ran>;
  readonly remove: () => void;
}

/** `tools`: shell scripts that stand in for other commands. */
export async function openShop(tools: Readonly<Record<string, string>> = {}): Promise<Shop> {
  const home = mkdtempSync(join(tmpdir(), 'gosim-shop-'));
  const bin = join(home, 'bin');
  mkdirSync(bin);
  await bundle(join(root, 'src/cli/main.ts'), join(home, 'cli.mjs'));
  const node = `#!/bin/sh\nexec "${process.execPath}" --input-type=module -e 'import { main } from "${join(home, 'cli.mjs')}"; process.exitCode = await main(["node", "gosim", ...process.argv.slice(1)]);' -- "$@"\n`;
  for (const [name, text] of Object.entries({ gosim: node, ...tools })) {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
  const withTools = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  let folders = 0;
  return {
    folder: (files) => {
      const folder = join(home, `work${++folders}`);
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      return folder;
    },
    shell: (folder, line, env = {}) => run(line, folder, { ...withTools, ...env }),
    interrupted: (folder, line, said) => run(line, folder, withTools, said),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Copies a folder of the project into another. */
export function copyInto(folder: string, name: string): void {
  cpSync(join(root, name), join(folder, name), { recursive: true });
}

function run(line: string, cwd: string, env: NodeJS.ProcessEnv, interruptAt: string | null = null): Promise<Ran> {
  const child = spawn('bash', ['-c', `set -e -o pipefail\n${line}`], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: interruptAt !== null, // a group of its own, as a terminal gives it to what is in the foreground
  });
  let isInterrupted = interruptAt === null;
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
    if (isInterrupted || !said.err.includes(interruptAt!)) return;
    isInterrupted = true;
    process.kill(-child.pid!, 'SIGINT');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, ...said })));
}
