// The ticks of the kernel's clock.

export interface Ticks {
  readonly tickNs: number;
  readonly tickAtNs: number; // when the first tick is
}

/** The first tick at this instant or later. */
export function tickFrom({ tickNs, tickAtNs }: Ticks, at: number): number {
  return tickAtNs + Math.ceil((at - tickAtNs) / tickNs) * tickNs;
}

/** The last tick at this instant or before. */
export function tickUpTo({ tickNs, tickAtNs }: Ticks, at: number): number {
  return tickAtNs + Math.floor((at - tickAtNs) / tickNs) * tickNs;
}
