// gosim check as Markdown, for summaries and comments. What a scenario or a file says stands in code: there nothing is
// markup, and nobody is mentioned.

import type { CheckReport, Reporter } from './check-reporter.ts';
import { checkedText, counts } from './check-text.ts';
import type { Checked } from './checked.ts';
import { clip, count, plural, printable } from './format.ts';
import { headline } from './outcome.ts';
import { PLAIN } from './style.ts';

const IN_DETAIL = 50; // scenarios that are not as they should be
const LONGEST = 15_000; // characters of one; summaries of GitHub end at a megabyte

export function markdownReporter(): Reporter {
  return { scenario: () => '', end: markdown };
}

function markdown({ scenarios, tally, notes, shard }: CheckReport): string {
  const bad = scenarios.filter(({ status, problems }) => status !== 'not run' && problems.length > 0);
  const part = shard === null ? '' : ` (shard ${shard.index} of ${shard.count})`;
  const blocks = [
    `## gosim check${part}`,
    `${tally.passed === scenarios.length ? '✅' : '❌'} ${plural(scenarios.length, 'scenario')}: ${counts(tally).join(', ')}`,
    ...(bad.length === 0 ? [] : [table(bad.slice(0, IN_DETAIL))]),
    ...bad.slice(0, IN_DETAIL).map(details),
    ...(bad.length > IN_DETAIL ? [`… and ${count(bad.length - IN_DETAIL)} more`] : []),
    ...notes.map((note) => code(note)),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function table(bad: readonly Checked[]): string {
  const rows = bad.map(({ file, status, outcome, makespanNs, problems }) => {
    const ended = outcome === null ? status : headline(outcome, makespanNs ?? 0, PLAIN);
    const mark = status === 'passed' ? '⚠️' : '❌';
    return `| ${mark} | ${code(file)} | ${code(ended)} | ${code(clip(problems[0].message, 200, PLAIN))} |`;
  });
  return ['| | scenario | outcome | first of what is wrong |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function details(checked: Checked): string {
  const whole = checkedText(checked, PLAIN);
  const text = whole.length > LONGEST ? `${whole.slice(0, LONGEST)}\n…\n` : whole;
  const fence = '`'.repeat(longestRun(text, 3) + 1);
  return `<details><summary>${codeInHtml(checked.name ?? checked.file)}</summary>\n\n${fence}text\n${text}${fence}\n\n</details>`;
}

/** A text as code, between as many backticks as it takes. */
function code(text: string): string {
  const line = printable(text);
  const fence = '`'.repeat(longestRun(line, 0) + 1);
  const pad = /^`|`$|^ .*[^ ].* $/.test(line) ? ' ' : '';
  return `${fence}${pad}${line.replaceAll('|', '\\|')}${pad}${fence}`;
}

function codeInHtml(text: string): string {
  const line = clip(printable(text), 200, PLAIN);
  return `<code>${line.replace(/[^\p{L}\p{N} ./-]/gu, (char) => `&#${char.codePointAt(0)};`)}</code>`;
}

function longestRun(text: string, least: number): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), least);
}
