// Other values for what a scenario's text says, by path: `machine.cpuLimit`, `go`, `channels.jobs`,
// `listeners.http.arrivals`, `machine.outerLimits.0.cpuLimit`. The tree is changed before it is read, so whatever can be
// written can be set, and what makes no sense is found where all else is.

import type { Diagnostics } from './diagnostic.ts';
import { quoted } from './suggest.ts';
import type { Entry, Mapping, Node, Scalar } from './yaml.ts';
import { isNull, parseYaml } from './yaml.ts';

/** Texts by path. A text in braces or brackets is YAML, any other a scalar. */
export type Settings = ReadonlyMap<string, string>;

/** The tree with these values; the one that was given stays as it is. */
export function withSettings(root: Mapping, settings: Settings, diagnostics: Diagnostics): Mapping {
  let node: Node = root;
  for (const [path, text] of settings) node = changed(node, path.split('.'), 0, text, diagnostics);
  return node as Mapping;
}

function changed(node: Node, path: readonly string[], at: number, text: string, diagnostics: Diagnostics): Node {
  if (at === path.length) return valueNode(text, node, diagnostics);
  const name = path[at];
  if (node.kind === 'seq') {
    const i = /^\d{1,6}$/.test(name) ? Number(name) : -1;
    if (i < 0 || i >= node.items.length)
      return refused(node, path, at, `it is a list of ${node.items.length}, counted from 0`, diagnostics);
    return { ...node, items: node.items.map((item, j) => (j === i ? changed(item, path, at + 1, text, diagnostics) : item)) };
  }
  if (node.kind === 'scalar' && !isNull(node)) return refused(node, path, at, `it is ${quoted(node.text)}`, diagnostics);
  const entries: readonly Entry[] = node.kind === 'map' ? node.entries : [];
  const found = entries.find(({ key }) => key.text === name);
  const before: Node = found?.value ?? scalar('', node);
  const entry: Entry = { key: found?.key ?? scalar(name, node), value: changed(before, path, at + 1, text, diagnostics) };
  const others = found === undefined ? [...entries, entry] : entries.map((one) => (one === found ? entry : one));
  return { kind: 'map', entries: others, place: node.place };
}

function refused(node: Node, path: readonly string[], at: number, why: string, diagnostics: Diagnostics): Node {
  diagnostics.error(null, `${quoted(path.slice(0, at).join('.'))} has no ${quoted(path[at])}: ${why}`);
  return node;
}

function valueNode(text: string, instead: Node, diagnostics: Diagnostics): Node {
  if (!/^[[{]/.test(text)) return scalar(text, instead);
  return parseYaml(text, diagnostics) ?? scalar('', instead);
}

function scalar(text: string, instead: Node): Scalar {
  return { kind: 'scalar', text, plain: true, place: instead.place, inset: -1 };
}
