// gosim check for people: a line for each scenario, and below it what is not as it should be.

import type { Reporter } from './check-reporter.ts';
import type { Checked, Problem, Tally } from './checked.ts';
import { findingLines } from './findings.ts';
import { plural, printable, wrap } from './format.ts';
import { headline, isHarmless } from './outcome.ts';
import type { Style } from './style.ts';
import { PLAIN } from './style.ts';

const DETAILS = 12; // lines of what Go would print
const CHANGES = 20; // figures that are not as the baseline has them

export function textReporter(style: Style): Reporter {
  return {
    scenario: (checked) => checkedText(checked, style),
    end: ({ scenarios, tally, notes }) => {
      const total = `${plural(scenarios.length, 'scenario')}: ${counts(tally, style).join(', ')}`;
      return [...notes.map(printable), total].map((line) => `${line}\n`).join('');
    },
  };
}

export function checkedText(checked: Checked, style: Style): string {
  return `${head(checked, style)}\n${problemText(checked, style)}`;
}

/** What is wrong with a scenario. */
export function problemText(checked: Checked, style: Style = PLAIN): string {
  const lines: string[] = [];
  const told = new Set<string>(); // a finding that explains several problems is told with the first
  const changes = checked.problems.filter(({ kind }) => kind === 'baseline');
  const unsaid = new Set(changes.slice(CHANGES));
  for (const problem of checked.problems.filter((one) => !unsaid.has(one))) {
    lines.push(...problemLines(checked.file, problem, style));
    const { finding } = problem;
    if (finding === null || told.has(finding.id)) continue;
    told.add(finding.id);
    lines.push(...findingLines([finding], style).map((line) => `  ${line}`));
  }
  if (unsaid.size > 0) lines.push(style.faint(`  ${style.glyphs.more} and ${plural(unsaid.size, 'change')} more`));
  return lines.map((line) => `${line}\n`).join('');
}

/** Who ends well needs few words. */
function head(checked: Checked, style: Style): string {
  const { glyphs } = style;
  const file = printable(checked.file);
  const { outcome, makespanNs, expectations } = checked;
  const ended = outcome === null ? '' : headline(outcome, makespanNs ?? 0, style);
  switch (checked.status) {
    case 'passed': {
      const foreseen = outcome === null || isHarmless(outcome) ? '' : ' (as expected)';
      return `${style.good(glyphs.ok)} ${file}${style.faint(`: ${ended}${foreseen}, ${plural(expectations, 'expectation')}`)}`;
    }
    case 'failed':
      return `${style.bad(glyphs.fail)} ${style.strong(`${file}: ${ended}`)}`;
    case 'invalid':
      return `${style.bad(glyphs.fail)} ${style.strong(`${file}: no valid scenario`)}`;
    case 'broken':
      return `${style.bad(glyphs.fail)} ${style.strong(`${file}: gosim failed`)}`;
    default:
      return style.faint(`- ${file}: not run`);
  }
}

function problemLines(file: string, problem: Problem, style: Style): string[] {
  const { place, level, message, frame, why, details } = problem;
  const where = place === null ? '' : `${printable(file)}:${place.line}:${place.column}: `;
  const mark = level === 'warn' ? style.warn('warning: ') : '';
  const shown = details.slice(0, DETAILS).flatMap((line) => wrap(printable(line), style.width - 4));
  const more = details.length - DETAILS;
  return [
    `  ${where}${mark}${style.strong(printable(message))}`,
    ...frame.map((line, i) => `      ${i === 0 ? line : style.bad(line)}`),
    ...shown.map((line) => `    ${line}`),
    ...(more > 0 ? [style.faint(`    ${style.glyphs.more} and ${more} more`)] : []),
    ...(why === null ? [] : wrap(`why: ${printable(why)}`, style.width - 4).map((line) => style.faint(`    ${line}`))),
  ];
}

/** `2 passed`, and whatever else there is. */
export function counts(tally: Tally, style: Style = PLAIN): string[] {
  const bad = (['failed', 'invalid', 'broken'] as const).filter((status) => tally[status] > 0);
  const notRun = tally['not run'];
  return [
    style.good(`${tally.passed} passed`),
    ...bad.map((status) => style.bad(`${tally[status]} ${status}`)),
    ...(notRun === 0 ? [] : [`${notRun} not run`]),
  ];
}
