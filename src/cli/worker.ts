// A thread of the pool: does one task after the other, each when it is told to.

import { parentPort } from 'node:worker_threads';
import type { TaskKind } from './tasks.ts';
import { TASKS } from './tasks.ts';

export interface Order {
  readonly kind: TaskKind;
  readonly input: unknown;
}

/** A task that is done, or what gosim threw while doing it. */
export type Reply = { readonly answer: unknown } | { readonly failed: string };

/** Nobody stops a task on a thread of its own: its thread is ended. */
const NEVER = new AbortController().signal;

export function serveTasks(): void {
  parentPort!.on('message', async ({ kind, input }: Order) => parentPort!.postMessage(await replyTo(kind, input, NEVER)));
}

export async function replyTo(kind: TaskKind, input: unknown, stop: AbortSignal): Promise<Reply> {
  const task = TASKS[kind] as (input: unknown, stop: AbortSignal) => Promise<unknown>;
  try {
    return { answer: await task(input, stop) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}
