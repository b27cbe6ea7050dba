// Locks, timers, threads, ways to end, the network, and whole servers.

import type { Exhibit } from './exhibit.ts';

export const SECOND: readonly Exhibit[] = [];
