/** A bug in gosim itself: the message names the function, the thing, what was expected and what was found. */
export class InternalError extends Error {
  override name = 'InternalError';
}

export function fail(where: string, what: string): never {
  throw new InternalError(`${where}: ${what}`);
}
