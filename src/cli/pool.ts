// Tasks on several threads, with answers in the order of the inputs: whoever reads them sees the same, whatever the number
// of threads and whoever is done first. With one job everything runs on the thread that asks.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { TaskAnswer, TaskInput, TaskKind } from './tasks.ts';
import type { Order, Reply } from './worker.ts';
import { replyTo } from './worker.ts';

/** What became of a task: its answer, or why gosim has none, which is gosim's fault. */
export type Done<A> = { readonly answer: A } | { readonly failed: string };

export interface PoolOptions {
  readonly jobs: number;
  readonly stop: AbortSignal; // no answers come after it
}

/** Is told of answers that were there when `stop` came, though not their turn. */
export type Late<A> = (input: number, done: Done<A>) => void;

/** A thread is worth starting for so many tasks: it loads and compiles all code anew. */
const TASKS_PER_THREAD = 10;

export function jobsFor(tasks: number): number {
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(tasks / TASKS_PER_THREAD)));
}

/** The answers to all inputs, in their order. Threads end when all is done, when `stop` says so, and when nobody asks for more. */
export async function* inOrder<K extends TaskKind>(
  kind: K,
  inputs: readonly TaskInput<K>[],
  { jobs, stop }: PoolOptions,
  late: Late<TaskAnswer<K>> = () => {},
): AsyncGenerator<Done<TaskAnswer<K>>> {
  const threads = Math.min(jobs, inputs.length);
  if (threads <= 1) {
    for (const input of inputs) {
      const reply = await replyTo(kind, input, stop);
      if (stop.aborted) return;
      yield reply as Done<TaskAnswer<K>>;
    }
    return;
  }
  const pool = new Pool(kind, inputs, threads);
  const stopped = new Promise<null>((resolve) => stop.addEventListener('abort', () => resolve(null), { once: true }));
  try {
    for (const [i, reply] of pool.replies.entries()) {
      const done = await Promise.race([reply, stopped]);
      if (done === null || stop.aborted) {
        for (const [input, one] of pool.settled) {
          if (input >= i) late(input, one as Done<TaskAnswer<K>>);
        }
        return;
      }
      yield done as Done<TaskAnswer<K>>;
    }
  } finally {
    await pool.end();
  }
}

class Pool {
  readonly replies: readonly Promise<Reply>[];
  readonly settled = new Map<number, Reply>(); // by the number of their input
  private readonly kind: TaskKind;
  private readonly inputs: readonly unknown[];
  private readonly settle: ((reply: Reply) => void)[] = [];
  private readonly workers = new Set<Worker>();
  private next = 0;

  constructor(kind: TaskKind, inputs: readonly unknown[], threads: number) {
    this.kind = kind;
    this.inputs = inputs;
    this.replies = inputs.map(
      (_, i) =>
        new Promise((resolve) => {
          this.settle[i] = (reply) => {
            this.settled.set(i, reply);
            resolve(reply);
          };
        }),
    );
    for (let i = 0; i < threads; i++) this.start();
  }

  /** A thread that takes the next task whenever it has none. One that dies takes its task with it, and another replaces it. */
  private start(): void {
    const worker = startWorker();
    this.workers.add(worker);
    let task = -1;
    const giveNext = (): void => {
      task = this.next++;
      if (task < this.inputs.length) worker.postMessage({ kind: this.kind, input: this.inputs[task] } satisfies Order);
      else this.leave(worker);
    };
    worker.on('message', (reply: Reply) => {
      this.settle[task](reply);
      giveNext();
    });
    worker.on('error', (error) => {
      this.settle[task]?.({ failed: error.message });
      this.leave(worker);
      if (this.next < this.inputs.length) this.start();
    });
    giveNext();
  }

  private leave(worker: Worker): void {
    this.workers.delete(worker);
    void worker.terminate();
  }

  async end(): Promise<void> {
    this.next = this.inputs.length;
    await Promise.all([...this.workers].map((worker) => worker.terminate()));
  }
}

/** In the built command a thread loads the bundle, and from sources what the bundle is made of, for which it needs a loader. */
function startWorker(): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const loader = isSource ? `(await import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))})).register();` : '';
  const module = isSource ? new URL('./worker.ts', import.meta.url).href : import.meta.url;
  const code = `(async () => { ${loader} (await import(${JSON.stringify(module)})).serveTasks(); })();`;
  return new Worker(code, { eval: true, execArgv: [] });
}
