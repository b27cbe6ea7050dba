// Samples as GODEBUG=schedtrace prints them, in the layout of the Go version that is simulated.

import type { Sample } from '../sim/result.ts';

/** What differs between versions: fields of a profile. */
export interface SchedtraceLayout {
  readonly needspinning: boolean;
  readonly schedtraceTicks: boolean;
}

/** One line without its end. Go counts the milliseconds since its first line, which here is that of instant 0. */
export function schedtraceLine(sample: Sample, layout: SchedtraceLayout): string {
  const { local, schedticks } = sample;
  const wish = layout.needspinning ? ` needspinning=${sample.needSpinning}` : '';
  const queues = layout.schedtraceTicks
    ? `[ ${local.join(' ')} ] schedticks=[ ${schedticks.map((tick) => `${tick} `).join('')}]`
    : `[${local.join(' ')}]`;
  return (
    `SCHED ${Math.floor(sample.atNs / 1e6)}ms: gomaxprocs=${local.length} idleprocs=${sample.idleProcs} threads=${sample.threads} ` +
    `spinningthreads=${sample.spinningThreads}${wish} idlethreads=${sample.idleThreads} runqueue=${sample.runqueue} ${queues}`
  );
}
