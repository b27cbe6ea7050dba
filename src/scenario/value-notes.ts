// How a value that cannot be read was probably meant to be written.

import { parseDuration } from '../base/duration.ts';
import { quoted } from './suggest.ts';

const LONGEST = 60;

const UNITS: Readonly<Record<string, string>> = {
  ...named('h', 'hour hours hr hrs'),
  ...named('m', 'min mins minute minutes'),
  ...named('s', 'sec secs second seconds'),
  ...named('ms', 'msec msecs milli millis millisecond milliseconds'),
  ...named('us', 'usec usecs micro micros microsecond microseconds'),
  ...named('ns', 'nsec nsecs nano nanos nanosecond nanoseconds'),
};

function named(unit: string, words: string): Record<string, string> {
  return Object.fromEntries(words.split(' ').map((word) => [word, unit]));
}

const TYPOGRAPHIC = /[“”„‟‘’‚‛«»]/g;

/** What is said of quotes that are none to YAML; null where there are none. */
export function quotesNote(text: string): string | null {
  return text.search(TYPOGRAPHIC) < 0 ? null : `these quotes are typographic: YAML knows " and '`;
}

/** The duration that was meant: `5 ms`, `5sec`, `1,5ms`, `1d`, `1e3us`, `5MS`; null when none is near. */
export function nearDuration(text: string): string | null {
  if (text.length > LONGEST) return null;
  const bare = text
    .replace(TYPOGRAPHIC, '')
    .replace(/[\s_]+/g, '')
    .toLowerCase();
  const plain = bare
    .replace(/(\d),(\d)/g, '$1.$2')
    .replace(/[\d.]+e[-+]?\d+/g, (number) => String(Number(number)))
    .replace(/([\d.]+)(?:d|days?)(?![a-z])/g, (_, days: string) => `${Number(days) * 24}h`)
    .replace(/[a-zµμ]+/g, (unit) => UNITS[unit] ?? unit);
  return typeof parseDuration(plain) === 'number' ? plain : null;
}

/** How to go on from a text that is no number, no duration and no condition. */
export function valueNote(text: string, isKnown: (name: string) => boolean): string | null {
  if (text.length > LONGEST) return null;
  const digits = text.replace(/[_,' ]/g, '').replace(TYPOGRAPHIC, '');
  const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(digits) ? Number(digits) : Number.NaN;
  if (Number.isSafeInteger(number)) return `write it as ${number}`;
  if (!Number.isNaN(number)) return 'numbers are whole here';
  const quotes = quotesNote(text);
  if (quotes !== null) return quotes;
  const near = nearDuration(text);
  if (near !== null) return `write it as ${near}`;
  const inside = /^[$%#@]?[({[<]*\s*([^$%#@({[<>\])}]+?)\s*[>)}\]]*$/.exec(text)?.[1] ?? text;
  if (inside !== text) return `an expression is written ${quoted(`\${${inside}}`)}`;
  return /[-+*/%<>=!&|()]/.test(text) || isKnown(text) ? `an expression is written ${quoted(`\${${text}}`)}` : null;
}

/** What true or false was called. */
export function flagNote(text: string): string | null {
  if (/^(?:yes|y|on|1|t)$/i.test(text)) return 'write it as true';
  return /^(?:no|n|off|0|f)$/i.test(text) ? 'write it as false' : null;
}
