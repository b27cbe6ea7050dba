// What vitest says here: nothing while all goes well, then every failure with its place and its difference, then one line of totals.
// Plain text without colour or redrawing, the same in a terminal, in a pipe and in CI. The last line is what scripts/test.mjs reads.

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { SerializedError, UserConsoleLog } from 'vitest';
import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';

type Failure = SerializedError & { diff?: string; stacks?: { file: string; line: number; column: number }[] };

const slowMs = 5000;

export class PlainReporter implements Reporter {
  private vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.vitest = vitest;
  }

  onUserConsoleLog(log: UserConsoleLog): void {
    process.stdout.write(log.content);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[], reason: TestRunEndReason): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    const fail = (title: string, errors: readonly Failure[]): void => {
      count.failed++;
      say(`FAIL  ${title}`);
      for (const error of errors) say(indent(describeError(error)));
      say('');
    };

    for (const module of modules) {
      const name = module.relativeModuleId;
      if (module.errors().length > 0) fail(name, module.errors());
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) fail(`${name} > ${suite.fullName}`, suite.errors());
      }
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') count.passed++;
        else if (result.state === 'skipped') count.skipped++;
        else fail(`${name} > ${test.fullName}`, result.errors ?? []);
        const ms = test.diagnostic()?.duration ?? 0;
        if (ms > slowMs) say(`slow  ${name} > ${test.fullName} (${(ms / 1000).toFixed(1)} s)`);
      }
    }
    for (const error of unhandled) fail('an error that no test caught', [error]);
    if (modules.length === 0) fail('no test file matches', []);
    if (reason === 'interrupted') say('The run was interrupted: some tests did not run.');

    this.saySnapshots();
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    say(`${count.passed} passed, ${count.failed} failed${skipped}`);
  }

  private saySnapshots(): void {
    const summary = this.vitest?.snapshot.summary;
    if (summary === undefined) return;
    if (summary.added > 0) say(`${summary.added} snapshots were written for the first time: check them by eye.`);
    if (summary.updated > 0) say(`${summary.updated} snapshots were updated: check them by eye.`);
    if (summary.unchecked > 0) say(`${summary.unchecked} snapshots belong to no test any more: npm test -- -u removes them.`);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '      ');
}

function describeError(error: Failure): string {
  const kind = error.name === 'AssertionError' || error.name === undefined || error.name === 'Error' ? '' : `${error.name}: `;
  const parts = [kind + error.message];
  if (error.diff) parts.push(error.diff);
  if (error.cause instanceof Object && 'message' in error.cause) parts.push(`caused by: ${describeError(error.cause as Failure)}`);
  const frames = (error.stacks ?? []).filter((frame) => !frame.file.includes('/node_modules/'));
  for (const frame of frames.slice(0, 6)) {
    const line = frame === frames[0] ? sourceLine(frame.file, frame.line) : '';
    parts.push(`at ${relative(process.cwd(), frame.file)}:${frame.line}:${frame.column}${line}`);
  }
  if (frames.length === 0)
    parts.push(...(error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line) && !/node:|node_modules/.test(line)));
  return stripVTControlCharacters(parts.join('\n'));
}

/** The line of source a failure points at, to save opening the file. */
function sourceLine(file: string, line: number): string {
  try {
    const text = readFileSync(file, 'utf8').split('\n')[line - 1]?.trim();
    return text ? `\n   ${text}` : '';
  } catch {
    return '';
  }
}
