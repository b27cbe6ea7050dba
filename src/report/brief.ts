// A run in a line, with what failed below it: what --quiet prints, and the last lines after several scenarios.

import type { Result } from '../sim/result.ts';
import { clip, plural, printable } from './format.ts';
import { outcomeHead } from './outcome.ts';
import { actualText } from './sections.ts';
import type { Style } from './style.ts';

const FAILED = 20; // expectations that are listed

/** `foreseen`: an expectation foresaw the outcome. */
export function briefReport(result: Result, foreseen: boolean, style: Style): string {
  const isWrong = result.expectations.some((one) => !one.ok && one.level === 'error');
  const lines = [outcomeHead(result, foreseen, `${clip(printable(result.scenario.name), 40, style)}: `, style, isWrong)];
  if (result.outcome.message !== '' && !foreseen) lines.push(`  ${printable(result.outcome.message)}`);
  const failed = result.expectations.filter((one) => !one.ok);
  for (const { that, actual, level, why } of failed.slice(0, FAILED)) {
    const mark = level === 'warn' ? style.warn(`${style.glyphs.fail} (warning)`) : style.bad(style.glyphs.fail);
    lines.push(`  ${mark} ${clip(printable(that), 200, style)}  ${actualText(that, actual, style)}`);
    if (why !== null) lines.push(style.faint(`    why: ${printable(why)}`));
  }
  if (failed.length > FAILED) lines.push(style.faint(`  ${style.glyphs.more} and ${failed.length - FAILED} more`));
  return `${lines.join('\n')}\n`;
}

/** After several scenarios: how many are as they should be. */
export function tally(passed: number, failed: number, style: Style): string {
  const parts = [`${plural(passed + failed, 'scenario')}:`, style.good(`${passed} passed`)];
  if (failed > 0) parts.push(style.bad(`${failed} failed`));
  return `${parts.join(' ')}\n`;
}
