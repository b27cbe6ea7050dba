// gosim list: the scenarios that there are, as check would find them.

import { formatDuration } from '../base/duration.ts';
import { clip, printable } from '../report/format.ts';
import type { ValueType } from '../scenario/model.ts';
import type { Io } from './io.ts';
import { displayName, readScenarioFile, write } from './io.ts';
import { loadFrom } from './load.ts';
import type { Selection } from './select-scenarios.ts';
import { selectScenarios } from './select-scenarios.ts';
import type { Looks } from './terminal.ts';
import { styleFor } from './terminal.ts';

export interface ListFlags extends Looks, Selection {
  readonly format: 'text' | 'json';
}

interface Listed {
  readonly file: string;
  readonly name: string | null; // null: no valid scenario
  readonly description: string;
  readonly expectations: number;
  readonly params: Readonly<Record<string, string>>;
}

export async function listCommand(paths: readonly string[], flags: ListFlags, io: Io): Promise<number> {
  const all: Listed[] = [];
  for (const { file, text } of await selectScenarios(paths, flags, io)) all.push(await listed(file, text));
  await write(io.stdout, flags.format === 'json' ? `${JSON.stringify(all, null, 2)}\n` : textOf(all, flags, io));
  return 0;
}

async function listed(file: string, text: string | null): Promise<Listed> {
  const loaded = await loadFrom(file, async () => text ?? (await readScenarioFile(file)), {});
  if (!('scenario' in loaded)) return { file: displayName(file), name: null, description: '', expectations: 0, params: {} };
  const { name, description, expect, params } = loaded.scenario;
  const values = [...params].map(([param, { type, value }]) => [param, valueText(type, value)]);
  return {
    file: displayName(file),
    name,
    description: description.trim(),
    expectations: expect.length,
    params: Object.fromEntries(values),
  };
}

/** A param as --set takes it. */
function valueText(type: ValueType, value: number): string {
  if (type === 'duration') return formatDuration(value);
  return type === 'bool' ? String(value === 1) : String(value);
}

function textOf(all: readonly Listed[], flags: ListFlags, io: Io): string {
  const style = styleFor(io.stdout, flags, io.env);
  const width = (texts: readonly string[], most: number): number => Math.min(most, Math.max(0, ...texts.map((text) => [...text].length)));
  const files = width(
    all.map((one) => printable(one.file)),
    48,
  );
  const names = width(
    all.map((one) => printable(one.name ?? '')),
    28,
  );
  const rows = all.map(({ file, name, description }) => {
    const left = `${printable(file).padEnd(files)}  `;
    if (name === null) return `${left}${style.bad('no valid scenario')}`;
    const middle = clip(printable(name), names, style).padEnd(names);
    const room = style.width - [...left].length - names - 2;
    return `${left}${middle}${room < 16 ? '' : `  ${style.faint(clip(firstSentence(description), room, style))}`}`.trimEnd();
  });
  return rows.map((row) => `${row}\n`).join('');
}

function firstSentence(text: string): string {
  return printable(/^[\s\S]*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text);
}
