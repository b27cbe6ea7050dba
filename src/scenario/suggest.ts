// Naming what was probably meant: the nearest of the names that would be right here.

import leven from 'leven';

const MOST_NAMES = 2000; // looked through: a mistake in a huge file must stay cheap
const LONGEST = 60;

/** The candidate a name was most likely meant to be, if one is near. */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  if (name === '' || name.length > LONGEST) return null;
  const lower = name.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  let looked = 0;
  for (const candidate of candidates) {
    if (++looked > MOST_NAMES) break;
    if (candidate.length > LONGEST || candidate === name) continue;
    const distance = candidate.toLowerCase() === lower ? 0 : isSwapped(name, candidate) ? 1 : leven(name, candidate);
    if (distance < bestDistance && distance < candidate.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Whether two neighbouring letters changed places, the slip that edit distance counts as two. */
function isSwapped(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i + 1 < a.length && a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2);
}

/** `: did you mean "send"?`, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const near = nearest(name, candidates);
  return near === null ? '' : `: did you mean ${quoted(near)}?`;
}

/** A name or text as messages show it: in quotes, on one line, not endless. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text));
}

/** Not endless; cut between characters. */
export function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], word = 'and'): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items[items.length - 1]}`;
}
