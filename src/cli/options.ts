// What options of several commands take, and how it is read: the words that commander shows when it cannot be.

import { InvalidArgumentError, Option } from 'commander';
import type { LaneKind } from '../analysis/timeline.ts';
import { LANE_KINDS } from '../analysis/timeline.ts';
import { parseDuration } from '../base/duration.ts';
import { MOST_PROCS } from '../scenario/machine.ts';
import type { Io } from './io.ts';
import type { Shard } from './shard.ts';
import { parseShard } from './shard.ts';

export function setOption(): Option {
  return new Option('--set <name=value>', 'give a param of the scenario another value; may be repeated').argParser(assignment);
}

export function colorOption(): Option {
  return new Option('--color <when>', 'colour the output').choices(['auto', 'always', 'never']).default('auto');
}

export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}

function assignment(text: string, before: readonly string[] = []): readonly string[] {
  if (text.indexOf('=') < 1) throw new InvalidArgumentError('It takes the form name=value.');
  return [...before, text];
}

/** `1,2,4`. */
export function procsList(text: string): readonly number[] {
  return text.split(',').map((one) => integer('GOMAXPROCS', 1, MOST_PROCS)(one.trim()));
}

export function repeated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Between two samples. */
export function distance(text: string): number {
  const ns = parseDuration(text.trim());
  if (typeof ns === 'string') throw new InvalidArgumentError(`It takes a duration such as 10ms: ${ns}.`);
  if (ns <= 0) throw new InvalidArgumentError('Samples lie some time apart.');
  return ns;
}

/** Go counts schedtrace in milliseconds. */
export function milliseconds(text: string): number {
  const ns = distance(text);
  if (ns % 1_000_000 !== 0) throw new InvalidArgumentError('It counts in whole milliseconds, as in Go; --sample takes any duration.');
  return ns;
}

/** An instant of virtual time, 0 included. */
export function instant(text: string): number {
  const ns = text.trim() === '0' ? 0 : parseDuration(text.trim());
  if (typeof ns === 'string') throw new InvalidArgumentError(`It takes a duration such as 1.5s or 300us: ${ns}.`);
  if (ns < 0) throw new InvalidArgumentError('Nothing happens before time 0.');
  return ns;
}

export function laneKinds(text: string): LaneKind[] {
  const kinds = text.split(',').map((kind) => kind.trim());
  const unknown = kinds.find((kind) => !(LANE_KINDS as readonly string[]).includes(kind));
  if (unknown !== undefined) throw new InvalidArgumentError(`There are lanes p, m, g and cpu, not ${JSON.stringify(unknown)}.`);
  return LANE_KINDS.filter((kind) => kinds.includes(kind));
}

export function duration(text: string): number {
  const ns = parseDuration(text.trim());
  if (typeof ns === 'string') throw new InvalidArgumentError(`It takes a duration such as 1.5s or 300us: ${ns}.`);
  if (ns <= 0) throw new InvalidArgumentError('The horizon lies after time 0.');
  return ns;
}

export function integer(what: string, least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(n)) throw new InvalidArgumentError(`${what} is an integer of at most 53 bits.`);
    if (n < least) throw new InvalidArgumentError(`${what} is at least ${least}.`);
    if (n > most) throw new InvalidArgumentError(`${what} is at most ${most}.`);
    return n;
  };
}

export function jobsOption(): Option {
  return new Option('--jobs <n>', 'threads to work on (default: what the work is worth); the output is the same for any number').argParser(
    integer('the number of threads', 1, MOST_JOBS),
  );
}

const MOST_JOBS = 256;

export function shardOption(env: Io['env']): Option {
  const shard = (text: string): Shard => {
    const parsed = parseShard(text, env);
    if (typeof parsed === 'string') throw new InvalidArgumentError(parsed);
    return parsed;
  };
  const what = 'only the i-th of n parts, for n machines that share the work; auto: as the variables of the job say';
  return new Option('--shard <i/n>', what).argParser(shard);
}

/** What commands for many scenarios are about. */
export const PATHS = 'folders and files; - reads one from standard input (default: scenarios/, or what is here)';

export function filterOption(): Option {
  return new Option('--filter <text>', 'only those whose path or name has this in it; * stands for anything; may be repeated').argParser(
    repeated,
  );
}

export const WATCH = 'do it again whenever a file changes, until Ctrl-C';
