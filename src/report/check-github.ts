// gosim check as workflow commands of GitHub Actions: annotations at the lines of the scenarios.

import type { Reporter } from './check-reporter.ts';
import type { Checked, Problem } from './checked.ts';

/** `pathOf`: a file as seen from the root of the repository. */
export function githubReporter(pathOf: (file: string) => string): Reporter {
  return {
    scenario: (checked) => checked.problems.map((problem) => annotation(checked, problem, pathOf)).join(''),
    end: () => '',
  };
}

function annotation(
  { file, name }: Checked,
  { level, message, place, why, details, finding }: Problem,
  pathOf: (file: string) => string,
): string {
  const where: Record<string, string | number> = { file: pathOf(file) };
  if (place !== null) Object.assign(where, { line: place.line, col: place.column, endColumn: place.column + place.length });
  where.title = `gosim: ${name ?? file}`;
  const lines = [
    message,
    ...(why === null ? [] : [`why: ${why}`]),
    ...details,
    ...(finding === null ? [] : [finding.sentence, finding.evidence, ...(finding.wayOut === null ? [] : [finding.wayOut])]),
  ];
  const properties = Object.entries(where).map(([key, value]) => `${key}=${property(String(value))}`);
  return `::${level === 'warn' ? 'warning' : 'error'} ${properties.join(',')}::${data(lines.join('\n'))}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** The same text with nothing in it that GitHub would take for a command. */
export function withoutCommands(text: string): string {
  return text.replace(/^([^\S\n]*):(?=:)/gm, '$1: ').replaceAll('##[', '# #[');
}
