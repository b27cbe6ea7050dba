// docs/fidelity.md: what kept observations of real Go and this version of the simulator make of each other. The page is a
// function of the two, so a test can write it anew and see whether it still says the truth.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metric } from '../src/analysis/fidelity.ts';
import type { BarSummary } from '../src/analysis/scorecard.ts';
import { holds, summaryOf } from '../src/analysis/scorecard.ts';
import { dataFilesOf } from '../src/cli/io.ts';
import { judgeObservation, SEEDS } from '../src/cli/verify-scenario.ts';
import { tooBusy } from '../src/golang/noise.ts';
import type { Observation } from '../src/golang/observe.ts';
import { percent, printable, rough } from '../src/report/format.ts';
import { PLAIN } from '../src/report/style.ts';
import { errorText, sideText } from '../src/report/verification.ts';
import { parseScenario } from '../src/scenario/load.ts';
import { reasonFor } from './scorecard-reasons.ts';

/** Where observations for the scorecard are kept. */
export const SCORECARD_FOLDER = 'test/data/scorecard';

export interface Judged {
  readonly name: string; // of the file, without what every file has
  readonly observation: Observation;
  readonly metrics: readonly Metric[];
}

/** The gallery, and the programs that each aim at one rule. */
export function scenarioFiles(root: string): string[] {
  return ['scenarios', 'test/scorecard'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
}

export function keptObservations(root: string): { name: string; observation: Observation }[] {
  const folder = join(root, SCORECARD_FOLDER);
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      name: file.replaceAll('\\', '/').replace(/\.json$/, ''),
      observation: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Observation,
    }));
}

/** Simulates what was observed, and compares. */
export function judgeKept(root: string, { name, observation }: { name: string; observation: Observation }): Judged {
  const path = join(root, observation.scenario);
  const { scenario, diagnostics } = parseScenario(readFileSync(path, 'utf8'), observation.scenario, { readFile: dataFilesOf(path) });
  if (scenario === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  return { name, observation, metrics: judgeObservation(scenario, observation) };
}

/** The scenarios of which there is no recording, each with its GOMAXPROCS. */
export function unrecorded(root: string, judged: readonly Judged[]): string[] {
  const there = new Set(judged.map(({ observation: { scenario, gomaxprocs } }) => `${scenario}, GOMAXPROCS ${gomaxprocs}`));
  return scenarioFiles(root)
    .flatMap((file) => [1, 2].map((gomaxprocs) => `${file}, GOMAXPROCS ${gomaxprocs}`))
    .filter((one) => !there.has(one));
}

export function scorecardPage(judged: readonly Judged[], missing: readonly string[]): string {
  const summary = summaryOf(judged.flatMap((one) => one.metrics));
  return [
    '# Fidelity',
    '',
    '<!-- Written by `npm run scorecard`, and from its recordings anew by `npm test -- scorecard -u`. -->',
    '',
    'How near gosim comes to real Go. Each scenario was exported as a Go program, which ran again and again; gosim ran it with',
    `${SEEDS} seeds. \`gosim verify FILE\` does the same on your machine, with any scenario.`,
    '',
    ...circumstances(judged),
    '',
    '## The bars',
    '',
    '| | figure | what must hold | held | missed | not judged | median error | worst |',
    '| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |',
    ...summary.map(summaryRow),
    '',
    '✓ holds, ✗ does not, ? was not judged: the note says why. A figure without any of these has no bar and is there to be seen.',
    'Ranges are `least..median..most`, over seeds on the left and over runs on the right; `distance` is that of the two distributions,',
    'from 0, the same, to 1, no overlap (Kolmogorov-Smirnov; for orders the share that differs).',
    '',
    ...whatIsMissed(judged),
    ...(missing.length === 0 ? [] : ['## Not recorded yet', '', ...missing.map((one) => `- ${one}`), '']),
    '## Scenario by scenario',
    '',
    ...judged.flatMap(section),
  ].join('\n');
}

/** Each figure that misses its bar, with the reason. */
function whatIsMissed(judged: readonly Judged[]): string[] {
  const rows = judged.flatMap(({ observation: { scenario, gomaxprocs }, metrics }) =>
    metrics
      .filter((one) => one.verdict === 'missed')
      .map((one) => ({
        where: `${scenario}, GOMAXPROCS ${gomaxprocs}: ${one.name}`,
        why: reasonFor(scenario, one.name) ?? 'not understood yet',
      })),
  );
  if (rows.length === 0) return [];
  const reasons = [...new Set(rows.map((row) => row.why))];
  const entries = reasons.map((why) => [
    ...rows.filter((row) => row.why === why).map((row, i) => `${i === 0 ? '- ' : '  '}**${row.where}**  `),
    `  ${why}`,
  ]);
  return ['## What is missed, and why', '', ...entries.flat(), ''];
}

function circumstances(judged: readonly Judged[]): string[] {
  const machines = new Set(
    judged.map(({ observation: { go, machine } }) => `Go ${go} on ${machine.cpus} CPUs (${machine.cpu}, ${machine.kernel})`),
  );
  const busy = judged.filter(({ observation }) => tooBusy(observation.noise!) !== null).length;
  return [
    `Recorded with ${[...machines].join('; ')}.`,
    'gosim ran with the costs of the machine in question, as `gosim calibrate` measures them; they stand in each recording.',
    ...(busy === 0 ? [] : [`The machine was busy during ${busy} of ${judged.length} recordings: times were not judged there.`]),
  ];
}

function summaryRow(one: BarSummary): string {
  const mark = one.held + one.missed === 0 ? '?' : holds(one) ? '✓' : '✗';
  const error = (value: number | null): string => {
    if (value === null) return '';
    if (one.bar === 'monitor') return rough(value, PLAIN, 3);
    return one.bar === 'goroutineTime' ? `${(value * 100).toFixed(1)} points` : percent(value);
  };
  return `| ${[mark, one.figure, one.must, one.held, one.missed, one.notJudged, error(one.median), error(one.worst)].join(' | ')} |`;
}

function section({ observation, metrics }: Judged): string[] {
  const { scenario, gomaxprocs, runs, samples } = observation;
  const traced = samples!.schedules.length;
  return [
    `### ${scenario}, GOMAXPROCS ${gomaxprocs}`,
    '',
    `${runs} runs${traced === 0 ? '' : ` and ${traced} with a trace`}`,
    '',
    '| figure | gosim | Go | error | distance | |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...metrics.map(metricRow),
    '',
  ];
}

function metricRow(metric: Metric): string {
  const same = metric.unit === 'text' && metric.gosim === metric.go;
  const mark = { ok: '✓', missed: '✗', 'not judged': '?', shown: '' }[metric.verdict];
  const cells = [
    metric.name,
    sideText(metric, metric.gosim, PLAIN),
    same ? 'the same' : sideText(metric, metric.go, PLAIN),
    errorText(metric, PLAIN),
    metric.distance === null ? '' : metric.distance.toFixed(2),
    `${mark} ${metric.note}`.trim(),
  ];
  return `| ${cells.map((cell) => printable(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}
