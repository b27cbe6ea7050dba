/** A queue of numbers: constant time at both ends, however long it is (Array.shift is not). A ring that doubles when it is full. */
export class Fifo {
  length = 0;
  private items: number[] = []; // their number is a power of two
  private head = 0;

  push(item: number): void {
    if (this.length === this.items.length) this.grow();
    this.items[(this.head + this.length++) & (this.items.length - 1)] = item;
  }

  /** Removes the oldest; the queue must not be empty. */
  shift(): number {
    const item = this.items[this.head]!;
    this.head = (this.head + 1) & (this.items.length - 1);
    this.length--;
    return item;
  }

  /** Item number i from the oldest. */
  at(i: number): number {
    return this.items[(this.head + i) & (this.items.length - 1)]!;
  }

  private grow(): void {
    const items: number[] = [];
    for (let i = 0; i < this.length; i++) items.push(this.at(i));
    for (let i = Math.max(4, this.length); i > 0; i--) items.push(0);
    this.items = items;
    this.head = 0;
  }
}
