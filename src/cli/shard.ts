// `--shard i/n`: the i-th of n parts of a list, for n machines that share the work. Every n-th entry, so that neighbours,
// which often take equally long, are spread over the parts.

export interface Shard {
  readonly index: number; // from 1
  readonly count: number;
}

export const MOST_SHARDS = 10_000;

/** Null when it is none. */
export function parseShard(text: string): Shard | null {
  const [, index, count] = /^\s*(\d{1,6})\/(\d{1,6})\s*$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  return shard.index >= 1 && shard.index <= shard.count && shard.count <= MOST_SHARDS ? shard : null;
}

export function shardOf<T>(list: readonly T[], { index, count }: Shard): T[] {
  return list.filter((_, i) => i % count === index - 1);
}
