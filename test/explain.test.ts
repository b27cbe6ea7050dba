// gosim explain knows everything that there is, in the words of the pages; gosim schema prints what lies in docs/.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseExpectation } from '../src/analysis/expectations.ts';
import { figuresOf } from '../src/analysis/figures.ts';
import { FINDING_WORDS } from '../src/analysis/finding-words.ts';
import { METRICS, metricWords } from '../src/analysis/metric-words.ts';
import { RESULT_FIELDS } from '../src/analysis/result-fields.ts';
import { EXIT_CODES } from '../src/cli/exit-codes.ts';
import { TOPICS } from '../src/cli/explain.ts';
import { STEPS } from '../src/scenario/step-table.ts';
import { gosim } from './support/gosim.ts';
import { sampleResult } from './support/sample-result.ts';
import { root } from './support/source.ts';

const page = (name: string): string => readFileSync(join(root, name), 'utf8');
const explain = async (...topic: string[]): Promise<string> => (await gosim(['explain', ...topic])).out;

describe('gosim explain', () => {
  it('explains everything that it lists', async () => {
    const overview = await explain();
    for (const topic of TOPICS) {
      expect(overview).toContain(topic);
      expect(await explain(topic)).toMatch(/^\S+, (a step|a key|a figure|figures|a finding|an outcome)/);
    }
  });

  it('explains every figure of a result, with its kind and an expectation that can be written', () => {
    expect(METRICS).toEqual([...RESULT_FIELDS.fields.keys()]);
    for (const { path, kind } of figuresOf(sampleResult(), true)) {
      const words = metricWords(path);
      expect([path, words?.kind]).toEqual([path, kind]);
      expect(words!.about).toMatch(/\.$/);
    }
    expect(metricWords('spans.*.p99')).toEqual(
      metricWords('spans.request.p99')?.key === undefined ? null : { ...metricWords('spans.request.p99'), key: 'spans.*.p99Ns' },
    );
    for (const path of [
      'spans.x.p98',
      'spans..p99',
      'makespanNs',
      'makespan.p99',
      'threads.created.max',
      'processors.busy.p99',
      '',
      'scenario.name',
    ]) {
      expect(metricWords(path), path).toBeNull();
    }
  });

  it('shows how a figure is written in an expectation and where it is in the JSON', async () => {
    expect(await explain('spans.request.p99')).toBe(
      'spans.request.p99, a figure of a result\n' +
        '  The 99th percentile.\n' +
        '  Of: Durations that the program measured, by name.\n' +
        '  Of: The durations of a span. Zeros when there is none.\n' +
        '  It is a duration.\n' +
        '  As an expectation: spans.request.p99 < 25ms\n' +
        '  In JSON: spans.request.p99Ns, in nanoseconds\n',
    );
    for (const path of [
      'processors[0].utilization',
      'processors.busy.max',
      'outcome.kind',
      'logTruncated',
      'quota.outer[1].throttledShare',
    ]) {
      const example = /As an expectation: (.*)/.exec(await explain(path))![1];
      expect(parseExpectation(example, null), example).toHaveProperty('check');
    }
  });

  it('shows all forms of a step', async () => {
    for (const { name, doc, keys = [], beside = [] } of STEPS.values()) {
      const text = (await explain(name)).replace(/\s+/g, ' ');
      expect(text).toContain(doc);
      for (const key of [...keys, ...beside]) expect(text).toContain(key.name);
    }
  });

  it('gives all meanings of a word', async () => {
    expect((await explain('exit')).match(/^\S.*/gm)).toEqual(['exit, a step', 'exit, an outcome']);
    expect((await explain('log')).match(/^\S.*/gm)).toEqual(['log, a step', 'log, a figure of a result']);
  });

  it('explains findings in the words of docs/findings.md', () => {
    const sections = [...page('docs/findings.md').matchAll(/^## ([\w-]+)\n\n([\s\S]*?)(?=\n## |$(?![\s\S]))/gm)];
    const words = Object.fromEntries(sections.map(([, id, text]) => [id, text.trim().replace(/\s+/g, ' ')]));
    expect(Object.fromEntries(Object.entries(FINDING_WORDS).map(([id, { about }]) => [id, about]))).toEqual(words);
  });

  it('explains exit codes in the words of the README', async () => {
    const rows = [...page('README.md').matchAll(/^\| (\d+) \| (.*) \|$/gm)].map((match) => [match[1], match[2]]);
    expect(Object.fromEntries(rows)).toEqual(EXIT_CODES);
    for (const topic of [['2'], ['exit', 'code', '2'], ['exit', '2']])
      expect(await explain(...topic)).toContain('the command line or the scenario is wrong');
  });

  it('suggests what was meant', async () => {
    const { code, out, err } = await gosim(['explain', 'selct']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('did you mean "select"?');
  });
});

describe('gosim schema', () => {
  it.each([
    [[], 'scenario'],
    [['scenario'], 'scenario'],
    [['result'], 'result'],
  ])('%j prints docs/%s.schema.json', async (args, name) => {
    expect(await gosim(['schema', ...args])).toEqual({ code: 0, out: page(`docs/${name}.schema.json`), err: '' });
  });

  it('knows no others', async () => {
    expect((await gosim(['schema', 'x'])).err).toContain('Allowed choices are scenario, result');
  });
});
