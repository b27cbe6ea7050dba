// `--shard i/n`: the i-th of n parts of a list, for n machines that share the work. Every n-th entry, so that neighbours,
// which often take equally long, are spread over the parts. `auto` and `auto/n` take i, and n, from the variables that a
// scheduler of jobs sets for each.

export interface Shard {
  readonly index: number; // from 1
  readonly count: number;
}

export const MOST_SHARDS = 10_000;

type Env = Readonly<Record<string, string | undefined>>;

/** Where the number of a job stands, what it counts from, and where the number of jobs stands. */
const SCHEDULERS: readonly { readonly index: string; readonly from: number | string; readonly count: string }[] = [
  { index: 'PARALLEL_SEQ', from: 1, count: 'PARALLEL_JOBS' }, // GNU parallel, which tells no count; it may run within any other
  { index: 'CI_NODE_INDEX', from: 1, count: 'CI_NODE_TOTAL' }, // GitLab
  { index: 'CIRCLE_NODE_INDEX', from: 0, count: 'CIRCLE_NODE_TOTAL' },
  { index: 'BUILDKITE_PARALLEL_JOB', from: 0, count: 'BUILDKITE_PARALLEL_JOB_COUNT' },
  { index: 'SLURM_ARRAY_TASK_ID', from: 'SLURM_ARRAY_TASK_MIN', count: 'SLURM_ARRAY_TASK_COUNT' },
  { index: 'JOB_COMPLETION_INDEX', from: 0, count: 'JOB_COMPLETIONS' }, // Kubernetes; the count is up to whoever writes the job
];

/** The part that a text means, or why it means none. */
export function parseShard(text: string, env: Env): Shard | string {
  const [, index, count] = /^\s*(\d{1,6})\/(\d{1,6})\s*$/.exec(text) ?? [];
  if (index !== undefined) return shard(Number(index), Number(count));
  const auto = /^\s*auto(?:\/(\d{1,6}))?\s*$/.exec(text);
  return auto === null ? FORM : fromEnvironment(auto[1], env);
}

const FORM = 'It takes the form i/n, such as 1/4, with i from 1 to n; auto asks the environment.';

function shard(index: number, count: number): Shard | string {
  if (count > MOST_SHARDS) return `${MOST_SHARDS} parts are the most.`;
  return index >= 1 && index <= count ? { index, count } : `There is no part ${index} of ${count}: ${FORM}`;
}

function fromEnvironment(given: string | undefined, env: Env): Shard | string {
  const number = (name: string): number | null => (/^\d{1,6}$/.test(env[name] ?? '') ? Number(env[name]) : null);
  for (const { index, from, count } of SCHEDULERS) {
    const at = number(index);
    if (at === null) continue;
    const of = given === undefined ? number(count) : Number(given);
    if (of === null) return `${index} is set and ${count} is not: write auto/n, with the number of parts.`;
    const first = typeof from === 'number' ? from : (number(from) ?? 0);
    return shard(at - first + 1, of);
  }
  return `Nothing in the environment tells the number of this job: ${SCHEDULERS.map(({ index }) => index).join(', ')} are looked for.`;
}

export function shardOf<T>(list: readonly T[], { index, count }: Shard): T[] {
  return list.filter((_, i) => i % count === index - 1);
}
