// How noisy this machine is: what a Go program does not get of its processors while it wants them all, and how late its
// threads wake up. Before times are compared, this says whether they mean anything.

import { quantileOf, rangeOf } from '../analysis/distance.ts';
import type { Built, Go, ProcessorUse } from './exec.ts';
import { buildGo, GoError, hostMachine, runBuilt } from './exec.ts';

export interface Noise {
  readonly others: number | null; // share of the processors that others used while the runs were made; null where nobody can tell
  readonly lost: number; // share of processor time that others took
  readonly wakeNs: { readonly p50: number; readonly p90: number; readonly p99: number }; // how late a sleeping thread wakes up
}

/** From here on times say more about the machine than about the program. */
const MOST_OTHERS = 0.05;
const MOST_LOST = 0.02;
const LATEST_WAKE_NS = 500_000;

/** Why the machine is too busy to judge times, null when it is not. */
export function tooBusy({ others, lost, wakeNs }: Noise): string | null {
  if (others !== null && others > MOST_OTHERS) return `the machine was busy: others used ${(others * 100).toFixed(0)} % of its processors`;
  if (lost > MOST_LOST) return `the machine is busy: others take ${(lost * 100).toFixed(0)} % of the processor time`;
  if (wakeNs.p90 > LATEST_WAKE_NS) return `the machine is busy: one thread in ten wakes up ${(wakeNs.p90 / 1e6).toFixed(1)} ms late`;
  return null;
}

/** Measures the noise again and again: a machine that is quiet now may be busy in a minute. */
export class NoiseMeter {
  private readonly built: Built;
  private readonly abort: AbortSignal | undefined;

  private constructor(built: Built, abort: AbortSignal | undefined) {
    this.built = built;
    this.abort = abort;
  }

  static async build(go: Go, abort?: AbortSignal): Promise<NoiseMeter> {
    return new NoiseMeter(await buildGo(go, NOISE_PROGRAM, '1.19', abort), abort);
  }

  /** Takes about half a second. */
  async measure(): Promise<Noise> {
    const ran = await runBuilt(this.built, hostMachine().cpus, { timeoutMs: 30_000, abort: this.abort });
    if (ran.status !== 0) throw new GoError(`the program that measures the machine's noise failed:\n${ran.stderr.trim()}`);
    const { lost, lateNs } = JSON.parse(ran.stdout) as { lost: number[]; lateNs: number[] };
    const late = lateNs.toSorted((a, b) => a - b);
    const wakeNs = { p50: quantileOf(late, 0.5), p90: quantileOf(late, 0.9), p99: quantileOf(late, 0.99) };
    return { others: null, lost: Math.max(0, rangeOf(lost).median), wakeNs };
  }

  remove(): Promise<void> {
    return this.built.remove();
  }
}

/** The share of the processors that others used between two moments. */
export function othersBetween(before: ProcessorUse | null, after: ProcessorUse | null): number | null {
  if (before === null || after === null || after.all <= before.all) return null;
  return Math.max(0, (after.others - before.others) / (after.all - before.all));
}

/** The worse of two measurements. */
export function noisier(a: Noise, b: Noise): Noise {
  const { p50, p90, p99 } = a.wakeNs;
  const wakeNs = { p50: Math.max(p50, b.wakeNs.p50), p90: Math.max(p90, b.wakeNs.p90), p99: Math.max(p99, b.wakeNs.p99) };
  const others = a.others === null ? b.others : Math.max(a.others, b.others ?? 0);
  return { others, lost: Math.max(a.lost, b.lost), wakeNs };
}

const NOISE_PROGRAM = `// Measures how noisy a machine is: as many threads as it has processors compute for a while, then one sleeps.
package main

import (
	"encoding/json"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

func main() {
	var report struct {
		Lost   []float64 \`json:"lost"\`
		LateNs []int64   \`json:"lateNs"\`
	}
	for i := 0; i < 7; i++ {
		report.Lost = append(report.Lost, lost(50*time.Millisecond))
	}
	runtime.LockOSThread()
	for i := 0; i < 200; i++ {
		report.LateNs = append(report.LateNs, late(200*time.Microsecond))
	}
	json.NewEncoder(os.Stdout).Encode(report)
}

// lost is the share of the processors' time that this process did not get although it computed on all of them.
func lost(period time.Duration) float64 {
	var wg sync.WaitGroup
	threads := runtime.GOMAXPROCS(0)
	got := make([]int64, threads)
	start := time.Now()
	for i := range got {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			runtime.LockOSThread()
			before := threadTime()
			for time.Since(start) < period {
			}
			got[i] = threadTime() - before
			runtime.UnlockOSThread()
		}(i)
	}
	wg.Wait()
	sum := int64(0)
	for _, one := range got {
		sum += one
	}
	return 1 - float64(sum)/float64(threads)/float64(time.Since(start))
}

// late is how much longer than asked for a thread sleeps.
func late(period time.Duration) int64 {
	t := syscall.NsecToTimespec(int64(period))
	start := time.Now()
	syscall.RawSyscall(syscall.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&t)), 0, 0)
	return int64(time.Since(start) - period)
}

func threadTime() int64 {
	const clockThreadCputimeID = 3
	var t syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockThreadCputimeID, uintptr(unsafe.Pointer(&t)), 0)
	return t.Nano()
}
`;
