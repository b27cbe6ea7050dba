// Event logs written as text, one row a line: the instant, the event's name, then fields as a letter and a number.
//
//   120 goStart m0 p0 g3 a1

import { EVENTS } from '../../src/trace/events.ts';
import { EventLog } from '../../src/trace/log.ts';

export function logOf(...texts: string[]): EventLog {
  const log = new EventLog();
  for (const line of texts.join('\n').split('\n')) {
    const [at, name, ...fields] = line.trim().split(/\s+/);
    if (name === undefined) continue;
    const kind = EVENTS.findIndex((row) => row.name === name);
    if (kind < 0) throw new Error(`no event ${name}`);
    const values: Record<string, number> = { m: -1, p: -1, g: -1, a: -1, b: -1 };
    for (const field of fields) {
      if (!(EVENTS[kind].fields as readonly string[]).includes(field[0])) throw new Error(`${name} has no field ${field[0]}`);
      values[field[0]] = Number(field.slice(1));
    }
    log.record(Number(at), kind, values.m, values.p, values.g, values.a, values.b);
  }
  return log;
}
