// Whoever the machine works for: Go's runtime.

import type { Thread } from './thread.ts';

/** What the machine tells the runtime. */
export interface Client {
  /** The thread is on a CPU with nothing left to burn: a burn is done, or it woke. */
  resume(thread: Thread): void;
  /** A signal reached the thread, which is on a CPU. */
  signalled(thread: Thread): void;
  /** A device has finished what was started with `device(ns, item)`. */
  deviceReady(item: number): void;
}
