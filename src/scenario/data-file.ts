// Files of durations that a scenario names: `replay(times.csv)`. One value a line, written as everywhere else (`1.5ms`);
// empty lines and what follows a # do not count. Who reads the file is not known here: the caller of parseScenario hands
// in a function, and each file is asked for once.

import { parseDuration } from '../base/duration.ts';
import type { Env } from './expression.ts';
import { quoted, shortened } from './suggest.ts';
import { constantText } from './values.ts';
import type { Scalar } from './yaml.ts';

/** The text of a file that stands beside the scenario, or why there is none. The name is as the scenario has it. */
export type ReadFile = (name: string) => { readonly text: string } | { readonly problem: string };

export const MOST_VALUES = 1_000_000; // of one file
const MOST_VALUES_IN_ALL = 2_000_000;
const MOST_CHARACTERS_IN_ALL = 40 << 20;
const SHOWN = 3; // bad lines of one file

interface Content {
  readonly values: readonly number[]; // ns
  readonly lines: readonly number[]; // where each stands
  readonly problems: readonly string[]; // the first few
  readonly wrong: number; // how many there are
}

export class DataFiles {
  private readonly read: ReadFile | null;
  private readonly known = new Map<string, Content>();
  private values = 0; // of all files, a file under two names counted twice
  private characters = 0;

  constructor(read: ReadFile | null) {
    this.read = read;
  }

  /** The durations in the file that an argument names; mistakes are reported at the argument. */
  durations(argument: Scalar, env: Env): readonly number[] {
    return this.content(argument, env)?.values ?? [];
  }

  /** As durations, for instants, which come in order. */
  instants(argument: Scalar, env: Env): readonly number[] {
    const content = this.content(argument, env);
    if (content === null) return [];
    const { values, lines } = content;
    const early = values.findIndex((value, i) => i > 0 && value < values[i - 1]);
    if (early > 0) {
      const name = constantText(argument, env);
      env.diagnostics.error(argument.place, `${name}:${lines[early]}: this instant comes before the one above it`, 'instants ascend');
    }
    return values;
  }

  /** The text of a file, or why there is none. */
  text(name: string): ReturnType<ReadFile> {
    return this.read === null ? { problem: 'cannot be read: nothing here reads files' } : this.read(name);
  }

  private content(argument: Scalar, env: Env): Content | null {
    const name = constantText(argument, env).trim();
    if (name === '') return null;
    let content = this.known.get(name);
    if (content === undefined) {
      content = this.load(name);
      this.known.set(name, content);
    }
    const { problems, wrong } = content;
    for (const problem of problems) env.diagnostics.errorElsewhere(argument.place, problem);
    const more = wrong - problems.length;
    if (more > 0) env.diagnostics.errorElsewhere(argument.place, `${name}: ${more} more ${more === 1 ? 'line is' : 'lines are'} wrong`);
    return wrong > 0 ? null : content;
  }

  private load(name: string): Content {
    const problem = (text: string): Content => ({ values: [], lines: [], problems: [text], wrong: 1 });
    const tooMuch = problem(`${quoted(name)} is not read: all data files together are too long`);
    if (this.characters > MOST_CHARACTERS_IN_ALL || this.values > MOST_VALUES_IN_ALL) return tooMuch;
    const file = this.text(name);
    if ('problem' in file) return problem(`${quoted(name)} ${file.problem}`);
    this.characters += file.text.length;
    if (this.characters > MOST_CHARACTERS_IN_ALL) return tooMuch;
    const values: number[] = [];
    const lines: number[] = [];
    const problems: string[] = [];
    let wrong = 0;
    const bad = (text: string): void => {
      if (++wrong <= SHOWN) problems.push(`${name}:${line}: ${text}`);
    };
    let line = 0;
    for (const raw of file.text.replace(/^\ufeff/, '').split('\n')) {
      line++;
      const hash = raw.indexOf('#');
      const text = (hash < 0 ? raw : raw.slice(0, hash)).trim();
      if (text === '') continue;
      const ns = parseDuration(text);
      if (typeof ns !== 'number') bad(`${quoted(text)} is no duration${hint(ns, text)}`);
      else if (ns < 0) bad(`${quoted(text)} is negative`);
      else if (values.length === MOST_VALUES) return problem(`${name}: more than ${MOST_VALUES} values`);
      else {
        values.push(ns);
        lines.push(line);
      }
    }
    if (values.length === 0 && wrong === 0) return problem(`${quoted(name)} holds no value`);
    this.values += values.length;
    return this.values > MOST_VALUES_IN_ALL ? tooMuch : { values, lines, problems, wrong };
  }
}

function hint(why: string, text: string): string {
  if (why === 'no unit') return `: it has no unit, as in ${shortened(text)}ms`;
  if (text.includes(',')) return ': one value a line';
  return why === 'finer than a nanosecond' || why === 'too long' ? ` (${why})` : '';
}
