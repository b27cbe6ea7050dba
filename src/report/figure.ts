// A figure as a text that loses nothing, for messages that put two of them side by side.

import type { LeafKind } from '../analysis/result-fields.ts';
import { formatDuration } from '../base/duration.ts';

export function figureText(kind: LeafKind, value: number | string | boolean): string {
  if (typeof value !== 'number') return String(value);
  if (kind === 'duration') return formatDuration(Math.round(value));
  if (kind === 'fraction') return `${Number((value * 100).toFixed(6))}%`;
  return String(value);
}
