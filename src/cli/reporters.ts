// Where the reports of gosim check go: each reporter to standard output or into a file of its own. Under GitHub Actions
// there are annotations and a summary without being asked for.

import { appendFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { githubReporter, withoutCommands } from '../report/check-github.ts';
import { jsonReporter } from '../report/check-json.ts';
import { junitReporter } from '../report/check-junit.ts';
import { markdownReporter } from '../report/check-markdown.ts';
import type { CheckReport, Reporter } from '../report/check-reporter.ts';
import { tapReporter } from '../report/check-tap.ts';
import { textReporter } from '../report/check-text.ts';
import type { Checked } from '../report/checked.ts';
import type { Io, Sink } from './io.ts';
import { openSink, reasonOf, write } from './io.ts';
import type { Looks } from './terminal.ts';
import { fileStyle, styleFor } from './terminal.ts';
import { UserError } from './user-error.ts';

export const REPORTERS = ['text', 'json', 'junit', 'github', 'markdown', 'tap'] as const;

export type ReporterName = (typeof REPORTERS)[number];

export interface ReporterChoice {
  readonly name: ReporterName;
  readonly file: string | null; // null: standard output
}

/** These may share standard output: annotations are lines among others. */
const SHARING: readonly ReporterName[] = ['text', 'github'];

/** All reports of one check. */
export class Reports {
  private readonly outlets: readonly Outlet[];
  private readonly summaryFile: string | null;

  private constructor(outlets: readonly Outlet[], summaryFile: string | null) {
    this.outlets = outlets;
    this.summaryFile = summaryFile;
  }

  /** Opens all files, so that one that cannot be written is known before anything runs. */
  static async open(chosen: readonly ReporterChoice[], looks: Looks, io: Io): Promise<Reports> {
    const choices: readonly ReporterChoice[] = chosen.length === 0 ? [{ name: 'text', file: null }] : chosen;
    checkTargets(choices);
    const onGithub = io.env.GITHUB_ACTIONS === 'true';
    const outlets: Outlet[] = [];
    const reports = new Reports(outlets, (onGithub && io.env.GITHUB_STEP_SUMMARY) || null);
    try {
      for (const { name, file } of choices) {
        const sink = await openSink(file ?? undefined, io);
        outlets.push({ reporter: reporterOf(name, file, looks, io), sink, guard: onGithub && file === null && name === 'text' });
      }
    } catch (error) {
      await reports.abandon();
      throw error;
    }
    if (onGithub && !choices.some(({ name }) => name === 'github')) outlets.push(annotations(io));
    return reports;
  }

  async scenario(checked: Checked): Promise<void> {
    for (const outlet of this.outlets) await send(outlet, outlet.reporter.scenario(checked));
  }

  async end(report: CheckReport): Promise<void> {
    for (const outlet of this.outlets) {
      await send(outlet, outlet.reporter.end(report));
      await outlet.sink.done();
    }
    if (this.summaryFile !== null) await appendSummary(this.summaryFile, markdownReporter().end(report));
  }

  /** Leaves no half-written file. */
  async abandon(): Promise<void> {
    for (const { sink } of this.outlets) await sink.abandon();
  }
}

interface Outlet {
  readonly reporter: Reporter;
  readonly sink: Sink;
  readonly guard: boolean; // somebody reads commands out of it
}

async function send({ sink, guard }: Outlet, text: string): Promise<void> {
  if (text !== '') await sink.write(guard ? withoutCommands(text) : text);
}

function reporterOf(name: ReporterName, file: string | null, looks: Looks, io: Io): Reporter {
  switch (name) {
    case 'text':
      return textReporter(file === null ? styleFor(io.stdout, looks, io.env) : fileStyle(looks, io));
    case 'json':
      return jsonReporter();
    case 'junit':
      return junitReporter();
    case 'github':
      return githubReporter((path) => fromRepository(path, io));
    case 'markdown':
      return markdownReporter();
    case 'tap':
      return tapReporter();
  }
}

/** On standard error, where GitHub reads them as well, for standard output may be another format. */
function annotations(io: Io): Outlet {
  const sink: Sink = {
    write: (text) => write(io.stderr, text),
    isClosed: false,
    done: () => Promise.resolve(),
    abandon: () => Promise.resolve(),
  };
  return { reporter: reporterOf('github', null, { color: 'never' }, io), sink, guard: false };
}

/** Annotations name files from the root of the repository. */
function fromRepository(file: string, io: Io): string {
  const root = io.env.GITHUB_WORKSPACE;
  if (!root || file === '<stdin>') return file;
  const path = relative(root, resolve(file)).replaceAll('\\', '/');
  return path.startsWith('../') ? file : path;
}

function checkTargets(choices: readonly ReporterChoice[]): void {
  const onStdout = choices.filter(({ file }) => file === null);
  if (onStdout.length > 1 && !onStdout.every(({ name }) => SHARING.includes(name))) {
    const names = onStdout.map(({ name }) => name).join(' and ');
    throw new UserError(
      `the reporters ${names} would all write to standard output`,
      null,
      'give a file, as in --reporter junit=report.xml',
    );
  }
  const files = choices.flatMap(({ file }) => (file === null ? [] : [resolve(file)]));
  const twice = files.find((file, i) => files.indexOf(file) !== i);
  if (twice !== undefined) throw new UserError('two reporters would write to this file', twice);
}

/** Other steps may have written there before. */
async function appendSummary(file: string, text: string): Promise<void> {
  try {
    await appendFile(file, text);
  } catch (error) {
    throw new UserError(`the summary cannot be written: ${reasonOf(error)}`, file);
  }
}
