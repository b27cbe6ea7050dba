// Why a bar is missed: said on the page beside what is missed. A test demands a reason for every figure that misses its bar,
// and that no reason outlives what it explains.

export interface Reason {
  readonly scenario: string;
  readonly figures: readonly string[]; // names of figures, at any GOMAXPROCS
  readonly why: string;
}

export const REASONS: readonly Reason[] = [];

export function reasonFor(scenario: string, figure: string): string | null {
  return REASONS.find((one) => one.scenario === scenario && one.figures.includes(figure))?.why ?? null;
}
