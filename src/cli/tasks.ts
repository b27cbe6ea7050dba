// Work that may be done on another thread: plain data in, plain data out. An input is all that a task knows; it may read
// files, and prints nothing.

import { checkOne } from './check-one.ts';
import { comparePoints } from './compare-task.ts';

export const TASKS = { check: checkOne, compare: comparePoints };

export type TaskKind = keyof typeof TASKS;
export type TaskInput<K extends TaskKind> = Parameters<(typeof TASKS)[K]>[0];
export type TaskAnswer<K extends TaskKind> = Awaited<ReturnType<(typeof TASKS)[K]>>;
