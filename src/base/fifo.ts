/** A queue of numbers: constant time at both ends, however long it is (Array.shift is not). */
export class Fifo {
  private items: number[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: number): void {
    this.items.push(item);
  }

  /** Removes the oldest; the queue must not be empty. */
  shift(): number {
    const item = this.items[this.head++]!;
    if (this.head >= 64 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  /** Item number i from the oldest. */
  at(i: number): number {
    return this.items[this.head + i]!;
  }
}
