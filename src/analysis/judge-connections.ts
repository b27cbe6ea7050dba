// Judges connections: each is accepted once, after it arrived, and answered at most once, after that; who does either runs.

import type { Judge } from './judge.ts';
import { named } from './judge.ts';
import { RUNNING } from './rebuilt.ts';

export function judgeArrive(j: Judge, listener: number): void {
  if (listener < 0) j.complain('connections', 'a listener', named('L', listener));
  j.listener(listener).waiting++;
}

export function judgeAccept(j: Judge, m: number, p: number, g: number, listener: number): void {
  j.acting(m, p);
  j.place(g, RUNNING, m);
  const it = j.listener(listener);
  if (it.waiting === 0) j.complain('connections', `a connection that waits at ${named('L', listener)}`, 'none does');
  else it.waiting--;
  it.unanswered++;
}

export function judgeReply(j: Judge, m: number, p: number, g: number, listener: number): void {
  j.acting(m, p);
  j.place(g, RUNNING, m);
  const it = j.listener(listener);
  if (it.unanswered === 0) j.complain('connections', `an accepted request of ${named('L', listener)} without an answer`, 'there is none');
  else it.unanswered--;
}
