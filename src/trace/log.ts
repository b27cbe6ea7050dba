// The event log: rows of events.ts, packed as variable-length integers in chunks of bytes. A row is its kind, the time
// since the row before, then its fields; a typical row takes 5 to 7 bytes. Writing touches no object; reading hands each
// row to a visitor through one reused record.
//
// A log may have a limit. One that has grown past it is given up whole, and what is recorded from then on with it: it holds
// no rows that anybody could read, and little memory. Whether that happened depends on the bytes recorded and nothing else.

import { fail } from '../base/assert.ts';
import { ZERO_NS } from '../base/zero.ts';
import { EVENTS } from './events.ts';

const CHUNK = 1 << 20;
const ROW_MAX = 48; // bytes a row can take: a kind, a 53-bit time, five 32-bit fields

/** One row while a visitor looks at it; the record is reused, so a visitor copies what it keeps. */
export interface EventRecord {
  at: number; // ns
  kind: number;
  m: number;
  p: number;
  g: number;
  a: number;
  b: number;
}

const FIELD_M = 1;
const FIELD_P = 2;
const FIELD_G = 4;
const FIELD_A = 8;
const FIELD_B = 16;
const FIELDS = Uint8Array.from(EVENTS, (row) =>
  row.fields.reduce((set, f) => set | { m: FIELD_M, p: FIELD_P, g: FIELD_G, a: FIELD_A, b: FIELD_B }[f], 0),
);

export class EventLog {
  rows = 0;
  bytes = 0;
  private chunks: Uint8Array[] = [];
  private chunk = new Uint8Array(CHUNK);
  private used = 0;
  private last = ZERO_NS;
  private readonly mostBytes: number;

  constructor(mostBytes = Number.POSITIVE_INFINITY) {
    this.mostBytes = mostBytes;
  }

  /** It grew past its limit: there is nothing to read in it. */
  get givenUp(): boolean {
    return this.bytes > this.mostBytes;
  }

  record(at: number, kind: number, m: number, p: number, g: number, a: number, b: number): void {
    if (this.used + ROW_MAX > CHUNK) this.nextChunk();
    const chunk = this.chunk;
    let i = this.used;
    chunk[i++] = kind;
    let delta = at - this.last;
    if (delta < 0) fail('EventLog.record', `time goes back from ${this.last} to ${at}`);
    this.last = at;
    while (delta >= 128) {
      const rest = Math.floor(delta / 128);
      chunk[i++] = (delta - rest * 128) | 128;
      delta = rest;
    }
    chunk[i++] = delta;
    const fields = FIELDS[kind]!;
    if (fields & FIELD_M) i = put(chunk, i, m);
    if (fields & FIELD_P) i = put(chunk, i, p);
    if (fields & FIELD_G) i = put(chunk, i, g);
    if (fields & FIELD_A) i = put(chunk, i, a);
    if (fields & FIELD_B) i = put(chunk, i, b);
    this.bytes += i - this.used;
    this.used = i;
    this.rows++;
  }

  private nextChunk(): void {
    if (this.givenUp) {
      this.chunks = [];
    } else {
      this.chunks.push(this.chunk.subarray(0, this.used));
      this.chunk = new Uint8Array(CHUNK);
    }
    this.used = 0;
  }

  /** Visits every row in the order it was recorded. */
  forEach(visit: (row: EventRecord) => void): void {
    const row: EventRecord = { at: 0, kind: 0, m: -1, p: -1, g: -1, a: -1, b: -1 };
    for (const chunk of this.allChunks()) {
      let i = 0;
      const field = (): number => {
        let n = 0;
        let scale = 1;
        for (;;) {
          const byte = chunk[i++]!;
          n += (byte & 127) * scale;
          if (byte < 128) return n;
          scale *= 128;
        }
      };
      while (i < chunk.length) {
        row.kind = chunk[i++]!;
        row.at += field();
        const fields = FIELDS[row.kind]!;
        row.m = fields & FIELD_M ? unfold(field()) : -1;
        row.p = fields & FIELD_P ? unfold(field()) : -1;
        row.g = fields & FIELD_G ? unfold(field()) : -1;
        row.a = fields & FIELD_A ? unfold(field()) : -1;
        row.b = fields & FIELD_B ? unfold(field()) : -1;
        visit(row);
      }
    }
  }

  /** Eight hexadecimal digits over every byte of the log (FNV-1a). */
  hash(): string {
    let h = 0x811c9dc5 | 0;
    for (const chunk of this.allChunks()) {
      for (let i = 0; i < chunk.length; i++) h = Math.imul(h ^ chunk[i]!, 0x01000193);
    }
    return (h >>> 0).toString(16).padStart(8, '0');
  }

  private allChunks(): Uint8Array[] {
    if (this.givenUp) fail('EventLog', `read after it grew past ${this.mostBytes} bytes`);
    return [...this.chunks, this.chunk.subarray(0, this.used)];
  }
}

/** Writes a 32-bit field: small magnitudes of either sign are short. */
function put(chunk: Uint8Array, i: number, field: number): number {
  let n = ((field << 1) ^ (field >> 31)) >>> 0;
  while (n >= 128) {
    chunk[i++] = (n & 127) | 128;
    n >>>= 7;
  }
  chunk[i++] = n;
  return i;
}

function unfold(n: number): number {
  return (n >>> 1) ^ -(n & 1);
}
