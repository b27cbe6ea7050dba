// What a stream can show: colour, width and characters. One rule for colour: --color, then NO_COLOR (not empty), then
// FORCE_COLOR, then whether the stream is a terminal that is not dumb.

import type { Style } from '../report/style.ts';
import { createStyle } from '../report/style.ts';
import type { Io, Output } from './io.ts';

export type ColorChoice = 'auto' | 'always' | 'never';

export function useColor(choice: ColorChoice, stream: Output, env: Io['env']): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** 80 columns, or what the terminal has within reason; ASCII where the locale or the terminal says it knows no more. */
export function styleFor(stream: Output, choice: ColorChoice, env: Io['env']): Style {
  const width = stream.isTTY === true && stream.columns ? Math.max(60, Math.min(200, stream.columns)) : 80;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const ascii = env.TERM === 'linux' || (stream.isTTY === true && env.TERM === 'dumb') || (locale !== '' && !/utf-?8/i.test(locale));
  return createStyle({ width, unicode: !ascii, colors: useColor(choice, stream, env) ? 1 : 0 });
}
