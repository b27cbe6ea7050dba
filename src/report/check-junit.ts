// gosim check as JUnit XML: a test case for each scenario. The time of one is virtual, so that the file is always the same.

import type { Reporter } from './check-reporter.ts';
import { problemText } from './check-text.ts';
import type { Checked } from './checked.ts';

export function junitReporter(): Reporter {
  return {
    scenario: () => '',
    end: ({ scenarios, tally }) => {
      const counts = {
        tests: scenarios.length,
        failures: tally.failed,
        errors: tally.invalid + tally.broken,
        skipped: tally['not run'],
        time: seconds(scenarios.reduce((sum, one) => sum + (one.makespanNs ?? 0), 0)),
      };
      const cases = scenarios.map(testCase).join('');
      const suite = `  <testsuite${attributes({ name: 'gosim check', ...counts })}>\n${cases}  </testsuite>\n`;
      return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes(counts)}>\n${suite}</testsuites>\n`;
    },
  };
}

function testCase(checked: Checked): string {
  const { file, name, makespanNs, problems, status } = checked;
  const slash = file.lastIndexOf('/');
  const given = {
    name: file.slice(slash + 1),
    classname: slash < 0 ? 'gosim' : file.slice(0, slash),
    file,
    time: seconds(makespanNs ?? 0),
  };
  const said = problems.length === 0 ? '' : problemText(checked);
  const inside: string[] = [];
  if (name !== null) inside.push(`<properties><property${attributes({ name: 'scenario', value: name })}/></properties>`);
  if (status === 'not run') inside.push('<skipped/>');
  else if (status === 'passed' && said !== '') inside.push(`<system-out>${escaped(said)}</system-out>`);
  else if (status !== 'passed') {
    const first = problems.find(({ level }) => level === 'error');
    const element = status === 'failed' ? 'failure' : 'error';
    inside.push(
      `<${element}${attributes({ message: first?.message ?? status, type: first?.kind ?? status })}>${escaped(said)}</${element}>`,
    );
  }
  const lines = inside.map((line) => `      ${line}\n`).join('');
  return `    <testcase${attributes(given)}>\n${lines}    </testcase>\n`;
}

function seconds(ns: number): string {
  return (ns / 1e9).toFixed(9);
}

function attributes(given: Readonly<Record<string, string | number>>): string {
  return Object.entries(given)
    .map(([key, value]) => ` ${key}="${escaped(String(value)).replace(/[\t\n]/g, numbered)}"`)
    .join('');
}

const MARKS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\r': '&#13;' };

/** What XML cannot hold at all is shown by its number. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"'\r]/g, (char) => MARKS[char])
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

function numbered(char: string): string {
  return `&#${char.charCodeAt(0)};`;
}
