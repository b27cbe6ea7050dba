// What a run may use up: memory for what the simulated program piles up. Whatever grows with the program (goroutines,
// their frames, waiters, timers, values in channels) takes its bytes here when it is made anew, not when it is used
// again, so that the sum is what the process holds and asking costs nothing where programs spend their time.

export class Budget {
  taken = 0;
  readonly most: number;
  private readonly whenSpent: () => void;

  /** `whenSpent` is called, again and again, by those who take more than there is; they get it all the same. */
  constructor(most: number, whenSpent: () => void = () => {}) {
    this.most = most;
    this.whenSpent = whenSpent;
  }

  take(bytes: number): void {
    this.taken += bytes;
    if (this.taken > this.most) this.whenSpent();
  }

  get isSpent(): boolean {
    return this.taken > this.most;
  }
}
