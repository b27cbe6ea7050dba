// Findings about other loads of the machine.

import type { Finding } from '../sim/result.ts';
import type { FindingsInput, Rule } from './finding-rules.ts';
import { about, number, several, share, sumOf } from './finding-rules.ts';

type Found = Omit<Finding, 'id'> | null;

const OF_CPU = 0.1; // time waited behind neighbours beside processor time

function neighbours({ result, facts }: FindingsInput): Found {
  const { behindNs, longestNs, behind } = facts.sharing;
  const cpuNs = sumOf(facts.bodies, (body) => body.cpuNs);
  if (behindNs === 0 || behindNs < cpuNs * OF_CPU) return null;
  let first = 0;
  const each = Object.entries(result.neighbours).map(([name, { threads, cpuNs: used }]) => {
    const ns = sumOf(behind.slice(first, first + threads), (one) => one);
    first += threads;
    return { name, threads, used, ns };
  });
  const worst = each.reduce((most, one) => (one.ns > most.ns ? one : most));
  const cpus = worst.used / result.makespanNs;
  const others = each.length > 1 ? `, ${share(worst.ns, behindNs)} of it behind ${worst.name}` : '';
  return {
    sentence: `The neighbour ${worst.name} kept goroutines from running.`,
    evidence:
      `The process's threads waited ${about(behindNs)} in all for CPUs that neighbours had${others}, beside ${about(cpuNs)} in which its goroutines ran; ` +
      `the longest wait was ${about(longestNs)}. ${worst.name} used ${several(worst.threads, 'thread')} and ${Math.round(cpus * 10) / 10} of the ${number(result.machine.cpus)} CPUs.`,
    wayOut:
      'A higher cpuWeight gives the process more of each CPU; CPUs of its own, with GOMAXPROCS no higher than their number, give it its latency back.',
  };
}

export const SHARING_RULES: readonly Rule[] = [{ id: 'neighbours', find: neighbours }];
