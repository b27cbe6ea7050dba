/** A place in the scenario's text: line and column from 1, length in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}
