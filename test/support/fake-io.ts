// Streams and environment for a command that runs inside the test process.

import { Readable, Writable } from 'node:stream';
import type { Io, Output } from '../../src/cli/io.ts';

export class Captured extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export interface FakeIo extends Io {
  readonly stdout: Captured & Output;
  readonly stderr: Captured & Output;
}

/** `tty` makes both outputs terminals of that width; null: pipes. */
export function fakeIo(stdin: string | Uint8Array = '', env: Io['env'] = {}, tty: number | null = null): FakeIo {
  const output = (): Captured & Output => Object.assign(new Captured(), tty === null ? {} : { isTTY: true, columns: tty });
  return {
    stdin: Readable.from([typeof stdin === 'string' ? Buffer.from(stdin) : stdin]),
    stdout: output(),
    stderr: output(),
    env,
    clock: () => performance.now(),
    interrupts: () => () => undefined,
  };
}
