// The code of one body while it grows: instructions, the words of the frame, and the blocks that are open.
//
// Three kinds of blocks are left through a door, also when a break, continue or return leaves them early: a loop (its
// `break` and `continue` are jumps patched at its end), a `once` (ONCE_DONE) and a measured block (SPAN). An early exit
// passes the doors of the blocks it leaves, inner ones first. Goexit and a panic pass none: the runtime unwinds a once
// with the ranges recorded here, and a block left that way is not measured.
//
// Loop counters, limits and instants live in words of the frame after the model's locals. They are handed out like a
// stack, so blocks that follow each other share them; each is written before it is read.

import type { ArgumentTable, ChoiceTable, ProgramText, SelectTable, UnwindRange } from '../sim/program.ts';
import { FRAME_LOCALS, JUMP, JUMP_UNLESS, ONCE_DONE, RANGE, SPAN, STRIDE } from '../sim/program.ts';
import type { ValueTables } from './compile-values.ts';
import type { Place } from './model.ts';

/** What all bodies of a program write to. */
export interface Output {
  readonly code: number[];
  readonly values: ValueTables;
  readonly selects: SelectTable[];
  readonly args: ArgumentTable[];
  readonly choices: ChoiceTable[];
  readonly texts: ProgramText[];
  readonly unwind: UnwindRange[];
  readonly bodies: ReadonlyMap<string, number>;
  readonly onces: ReadonlyMap<string, number>;
  readonly spans: ReadonlyMap<string, number>;
}

export interface Loop {
  readonly kind: 'loop';
  readonly breaks: number[];
  readonly continues: number[];
}

/** A block that is open while its steps are compiled. */
type Block =
  | Loop
  | { readonly kind: 'once'; readonly once: number; from: number; readonly place: Place }
  | { readonly kind: 'span'; readonly span: number; readonly word: number; readonly place: Place };

export class BodyCode {
  words: number; // of the frame, in use now
  frameSize: number;
  private readonly out: Output;
  private readonly blocks: Block[] = [];

  constructor(out: Output, locals: number) {
    this.out = out;
    this.words = FRAME_LOCALS + locals;
    this.frameSize = this.words;
  }

  here(): number {
    return this.out.code.length / STRIDE;
  }

  emit(place: Place, op: number, a = -1, b = -1, c = -1, d = -1, e = -1): number {
    this.out.code.push(op, a, b, c, d, e, this.out.values.placeOf(place), -1);
    return this.here() - 1;
  }

  /** Makes operand 1, 2 or 3 of an instruction the next one to be emitted. */
  patch(instruction: number, operand: number): void {
    this.out.code[instruction * STRIDE + operand] = this.here();
  }

  private patchJump(instruction: number): void {
    const op = this.out.code[instruction * STRIDE];
    this.patch(instruction, op === RANGE ? 3 : op === JUMP_UNLESS ? 2 : 1);
  }

  /** A word of the frame until `words` goes back to what it was. */
  take(): number {
    const word = this.words++;
    if (this.words > this.frameSize) this.frameSize = this.words;
    return word;
  }

  openLoop(): Loop {
    const loop: Loop = { kind: 'loop', breaks: [], continues: [] };
    this.blocks.push(loop);
    return loop;
  }

  /** `continue` goes to the instruction that ends the round. */
  closeContinues(loop: Loop): void {
    for (const jump of loop.continues) this.patchJump(jump);
  }

  closeLoop(loop: Loop): void {
    for (const jump of loop.breaks) this.patchJump(jump);
    this.blocks.pop();
  }

  leaveLoop(op: 'break' | 'continue', at: Place): void {
    const depth = this.blocks.findLastIndex((block) => block.kind === 'loop');
    const loop = this.blocks[depth];
    if (loop?.kind !== 'loop') throw new Error(`compile: ${op} outside of a loop at line ${at.line}`);
    const jump = this.leave(depth + 1, at, JUMP);
    (op === 'break' ? loop.breaks : loop.continues).push(jump);
  }

  /** Leaves all blocks from `depth` on, then does `op`. Returns the instruction of that. */
  leave(depth: number, at: Place, op: number): number {
    const left = this.blocks.slice(depth).reverse();
    for (const block of left) this.exitDoor(block, at);
    const done = this.emit(at, op);
    // What follows is inside of the blocks again.
    for (const block of left) if (block.kind === 'once') block.from = this.here();
    return done;
  }

  private exitDoor(block: Block, at: Place): void {
    if (block.kind === 'span') {
      this.emit(at, SPAN, block.span, this.out.values.word(block.word, at));
    } else if (block.kind === 'once') {
      this.emit(at, ONCE_DONE, block.once);
      if (block.from < this.here()) this.out.unwind.push({ from: block.from, to: this.here(), once: block.once });
    }
  }

  inside(block: Block & { place: Place }, steps: () => void): void {
    this.blocks.push(block);
    steps();
    this.exitDoor(block, block.place);
    this.blocks.pop();
  }
}
