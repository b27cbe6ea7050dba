// gosim check as TAP, version 14: a test for each scenario, and what is wrong with one as YAML below it.

import type { Reporter } from './check-reporter.ts';
import { asciiJson } from './check-reporter.ts';
import type { Checked, Problem } from './checked.ts';
import { printable } from './format.ts';

export function tapReporter(): Reporter {
  let tests = 0;
  return {
    scenario: (checked) => {
      tests++;
      return `${tests === 1 ? HEAD : ''}${test(checked, tests)}`;
    },
    end: () => (tests === 0 ? `${HEAD}1..0 # SKIP no scenarios\n` : `1..${tests}\n`),
  };
}

const HEAD = 'TAP version 14\n';

function test({ file, status, problems }: Checked, number: number): string {
  const isOk = status === 'passed' || status === 'not run';
  const name = printable(file).replace(/[\\#]/g, '\\$&');
  const line = `${isOk ? 'ok' : 'not ok'} ${number} - ${name}${status === 'not run' ? ' # SKIP not run' : ''}\n`;
  if (problems.length === 0) return line;
  return `${line}  ---\n  status: ${status}\n  problems:\n${problems.map((problem) => yaml(file, problem)).join('')}  ...\n`;
}

function yaml(file: string, { kind, level, message, expected, actual, change, place, why, details, finding }: Problem): string {
  const entries: [string, string][] = [
    ['message', asciiJson(message)],
    ['kind', kind],
    ['severity', level === 'warn' ? 'comment' : 'fail'],
  ];
  const add = (key: string, text: string | null): void => {
    if (text !== null) entries.push([key, asciiJson(text)]);
  };
  add('expected', expected);
  add('actual', actual);
  add('change', change);
  if (place !== null) entries.push(['at', `{file: ${asciiJson(file)}, line: ${place.line}, column: ${place.column}}`]);
  add('why', why);
  if (details.length > 0) entries.push(['details', `[${details.map(asciiJson).join(', ')}]`]);
  if (finding !== null) add('finding', `${finding.sentence} ${finding.evidence}`);
  return entries.map(([key, value], i) => `    ${i === 0 ? '- ' : '  '}${key}: ${value}\n`).join('');
}
