// A thousand scenarios gone wrong. `npm run mutate -- 100000` tries others, as many as one likes.

import { describe, expect, it } from 'vitest';
import { parseScenario } from '../src/scenario/load.ts';
import { judge, judgeMessages } from './mutate/judge.ts';
import { mutant, ORIGINALS } from './mutate/mutate.ts';
import { readFile } from './swarm/vocabulary.ts';

const MUTATIONS = 1000;
const SEED = 70_000;

describe('a thousand scenarios gone wrong', () => {
  const ends = new Map<string, number>();

  it.each(Array.from({ length: 10 }, (_, i) => SEED + (i * MUTATIONS) / 10))(
    `are refused in their own places, or run: ${MUTATIONS / 10} from %i`,
    (first) => {
      for (let seed = first; seed < first + MUTATIONS / 10; seed++) {
        const { failures, end } = judge(mutant(seed));
        expect(failures, `npm run mutate -- --one ${seed}`).toEqual([]);
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
    },
    60_000,
  );

  it('are mostly refused, and some still run to an end', () => {
    expect(ends.get('refused')).toBeGreaterThan(MUTATIONS / 2);
    expect(ends.get('completed')).toBeGreaterThan(MUTATIONS / 50);
  });
});

describe('the mutations', () => {
  it('begin with texts that are scenarios', () => {
    expect(ORIGINALS.length).toBeGreaterThan(200);
    for (const text of ORIGINALS) expect(parseScenario(text, 'original.yaml', { readFile }).scenario, text).not.toBeNull();
  });

  it('give the same text for the same number, and another for another', () => {
    expect(mutant(3)).toBe(mutant(3));
    expect(mutant(3)).not.toBe(mutant(4));
  });
});

describe('the judge of mutations can fail', () => {
  const at = (line: number, column: number, length: number, message = 'wrong'): string[] =>
    judgeMessages([{ severity: 'error', file: 'a.yaml', place: { line, column, length }, message, note: null }], 'abc\nde');

  it('for a place outside of the text, and not for one at its end', () => {
    expect(at(2, 3, 1)).toEqual([]);
    expect([at(3, 1, 1), at(2, 4, 1), at(1, 2, 4), at(1, 0, 1), at(1, 1, 0)].map((found) => found.length)).toEqual([1, 1, 1, 1, 1]);
  });

  it('for a message that is no sentence', () => {
    expect(at(1, 1, 1, 'the undefined of undefined')).toHaveLength(1);
    expect(at(1, 1, 1, 'oops\n    at run (judge.ts:3)')).not.toEqual([]);
  });
});
