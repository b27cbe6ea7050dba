// How a report looks: its width, its glyphs and its colours. Reports are functions of a Result and a Style; whether there
// is a terminal, and what it can show, is decided by whoever makes the Style.

import { Chalk } from 'chalk';

export type Paint = (text: string) => string;

export interface Style {
  readonly width: number; // columns a line may take
  readonly unicode: boolean; // false: nothing outside ASCII but what the scenario itself contains
  readonly glyphs: Glyphs;
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly series: readonly Paint[]; // tells things apart that have no meaning of their own: bodies in a timeline
}

export interface Glyphs {
  readonly idle: string;
  readonly full: string;
  readonly parts: readonly string[]; // of `full`, from the left, growing by equal steps
  readonly ok: string;
  readonly fail: string;
  readonly more: string;
  readonly dot: string;
  readonly times: string;
  readonly plusMinus: string;
  readonly near: string; // as good as another
  readonly micro: string;
  readonly sched: string; // in bars: the scheduler's share
  readonly gc: string;
  readonly arrow: string;
  readonly levels: string; // eight heights, the lowest first
}

const UNICODE: Glyphs = {
  idle: '·',
  full: '█',
  parts: ['▏', '▎', '▍', '▌', '▋', '▊', '▉'],
  ok: '✓',
  fail: '✗',
  more: '…',
  dot: '·',
  times: '×',
  plusMinus: '±',
  near: '≈',
  micro: 'µs',
  sched: '▒',
  gc: '▓',
  arrow: '→',
  levels: '▁▂▃▄▅▆▇█',
};
const ASCII: Glyphs = {
  idle: '.',
  full: '#',
  parts: [],
  ok: 'ok',
  fail: 'FAIL',
  more: '...',
  dot: '|',
  times: 'x',
  plusMinus: '+-',
  near: '~',
  micro: 'us',
  sched: '+',
  gc: '%',
  arrow: '->',
  levels: '_.:-=+*#',
};

export interface StyleOptions {
  readonly width: number;
  readonly unicode: boolean;
  readonly colors: 0 | 1 | 2 | 3; // none, 16, 256, true colour
}

export function createStyle(options: StyleOptions): Style {
  const chalk = new Chalk({ level: options.colors });
  return {
    width: options.width,
    unicode: options.unicode,
    glyphs: options.unicode ? UNICODE : ASCII,
    strong: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    series: (['cyan', 'magenta', 'blue', 'yellow', 'green', 'red'] as const).map((color) => (text) => chalk[color](text)),
  };
}

/** What goes into files and pipes: 80 columns, no colour. */
export const PLAIN: Style = createStyle({ width: 80, unicode: true, colors: 0 });
