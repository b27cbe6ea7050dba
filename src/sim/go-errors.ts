// How the code of a program in TypeScript is left other than by returning.

/** A panic of the simulated program: by go.panic, or by the runtime (a send on a closed channel …). Catching it recovers. */
export class GoPanic extends Error {
  override readonly name = 'GoPanic';
}

/** runtime.Goexit on its way out of the goroutine's functions; not to be caught. */
export class GoExit extends Error {
  override readonly name = 'GoExit';
}
