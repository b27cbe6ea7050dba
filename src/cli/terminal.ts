// What a stream can show: colour, width and characters. One rule for colour: --color, then NO_COLOR (not empty), then
// FORCE_COLOR, then whether the stream is a terminal that is not dumb.

import type { Style } from '../report/style.ts';
import { createStyle } from '../report/style.ts';
import type { Io, Output } from './io.ts';

export type ColorChoice = 'auto' | 'always' | 'never';

/** What the command line says about looks. */
export interface Looks {
  readonly color: ColorChoice;
  readonly width?: number;
  readonly ascii?: boolean;
}

export const LEAST_WIDTH = 60;
export const MOST_WIDTH = 1000;
const MOST_OF_TERMINAL = 200; // lines of tables are hard to follow beyond

export function useColor(choice: ColorChoice, stream: Output, env: Io['env']): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** 80 columns, or what the terminal has within reason; ASCII where the locale or the terminal says it knows no more. */
export function styleFor(stream: Output, looks: Looks, env: Io['env']): Style {
  const terminal = stream.isTTY === true && stream.columns ? Math.max(LEAST_WIDTH, Math.min(MOST_OF_TERMINAL, stream.columns)) : 80;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const ascii = env.TERM === 'linux' || (stream.isTTY === true && env.TERM === 'dumb') || (locale !== '' && !/utf-?8/i.test(locale));
  return createStyle({
    width: looks.width ?? terminal,
    unicode: !(looks.ascii ?? ascii),
    colors: useColor(looks.color, stream, env) ? 1 : 0,
  });
}

/** In a file there is no terminal: 80 columns unless it is told, no colour unless it is asked for. */
export function fileStyle(looks: Looks, io: Io): Style {
  return styleFor(Object.assign(Object.create(io.stdout) as Output, { isTTY: false }), looks, io.env);
}
