// The measuring of costs: how sums are split, and where a Go is installed that measuring works.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../src/cli/main.ts';
import type { MachineProfile } from '../src/golang/calibrate.ts';
import { costsFrom, readMeasurements, together } from '../src/golang/calibrate.ts';
import { findGo } from '../src/golang/exec.ts';
import { calibrationText } from '../src/report/calibration.ts';
import { PLAIN } from '../src/report/style.ts';
import { costsOf } from '../src/runtime/costs.ts';
import { fakeIo } from './support/fake-io.ts';

const go = await findGo().catch(() => null);
const needs = go === null ? ' (skipped: no Go is installed here)' : '';

describe('measured costs', () => {
  const line = (name: string, ns: number): string => JSON.stringify({ name, ns, minNs: ns * 0.9, maxNs: ns * 1.5 });
  const output = [
    line('handoff', 120),
    line('bufferedPair', 24),
    line('gosched', 56),
    line('go', 60),
    line('goLife', 130),
    line('round', 0.27),
    '',
  ].join('\n');
  const costs = costsFrom(readMeasurements(output));

  it('are split so that the sums hold', () => {
    expect(2 * costs.chanOp.ns + costs.park.ns).toBe(120);
    expect(costs.go.ns + costs.schedule.ns + costs.goexit.ns).toBe(130);
  });

  it('are whole and at least a nanosecond', () => {
    expect(costs.round).toMatchObject({ ns: 1, minNs: 1, maxNs: 1 });
  });

  it('are left out where a part was not measured', () => {
    expect(costs).not.toHaveProperty('goCold');
    expect(costs).not.toHaveProperty('futexWake');
  });

  it('of several processes are those of the middle one, between the ends of all', () => {
    const [a, b, c] = [10, 40, 20].map((ns) => readMeasurements(line('go', ns)));
    expect(together([a, b, c]).get('go')).toEqual({ ns: 20, minNs: 9, maxNs: 60 });
  });

  it('vary as the first of their parts does', () => {
    expect([costs.chanOp.minNs, costs.chanOp.maxNs]).toEqual([11, 18]);
  });
});

describe('the table of measured costs', () => {
  const cost = (ns: number) => ({ ns, minNs: ns - 1, maxNs: ns + 1, how: 'so' });
  const text = calibrationText(
    {
      go: '1.26.8',
      machine: { cpu: 'A CPU', cpus: 2, kernel: 'Linux 6.1' },
      measured: { futexWake: cost(1900), go: cost(61) },
      defaults: { ...costsOf('1.26') },
      defaultsOf: '1.26',
    },
    PLAIN,
  );

  it('shows each under the name of the cost it belongs to, beside the default', () => {
    expect(text).toMatch(/^ {2}go +59 +61 +60\.\.62 +so$/m);
    expect(text).toMatch(/^ {2}futexWake +1,600\.\.12,000 +1,900 +1,899\.\.1,901 +so$/m);
  });

  it('names every cost that was not measured', () => {
    const line = text.split('\n').find((one) => one.startsWith('Not measured')) ?? '';
    for (const name of Object.keys(costsOf('1.26'))) expect(line.includes(` ${name} `), name).toBe(name !== 'go' && name !== 'futexWake');
  });
});

describe('gosim calibrate', () => {
  it('without a Go says so in one sentence, and is exit code 2', async () => {
    const io = fakeIo();
    expect(await main(['node', 'gosim', 'calibrate', '--go', '/nowhere/go'], io)).toBe(2);
    expect(io.stdout.text).toBe('');
    expect(io.stderr.text).toMatch(/^gosim: error: cannot run \/nowhere\/go: Go is needed for this\. .*--go PATH\.\n$/);
  });
});

describe('with the go that is installed', () => {
  it.skipIf(go === null)(
    `calibrate -o writes costs by the simulator's names, none of them absurd${needs}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'gosim-calibrate-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const io = fakeIo();
      expect(await main(['node', 'gosim', 'calibrate', '-o', join(folder, 'profile.json')], io)).toBe(0);
      expect(io.stdout.text).toBe('');
      expect(readdirSync(folder)).toEqual(['profile.json']);
      const text = readFileSync(join(folder, 'profile.json'), 'utf8');
      expect(text).not.toMatch(/\/(home|root|tmp|Users)\b/);
      const profile = JSON.parse(text) as MachineProfile;
      expect(profile).toMatchObject({ schema: 'gosim.profile/v1', go: go!.version });
      const known = Object.keys(costsOf('1.26'));
      expect(Object.keys(profile.costs).filter((name) => !known.includes(name))).toEqual([]);
      for (const name of ['go', 'chanOp', 'schedule', 'lock', 'select', 'syscallEnter', 'netRead', 'timerAdd', 'signal']) {
        const { ns, minNs, maxNs } = profile.costs[name];
        expect(minNs, name).toBeLessThanOrEqual(ns);
        expect(ns, name).toBeLessThanOrEqual(maxNs);
        expect(ns, name).toBeLessThan(100_000);
      }
      expect(profile.costs.go.ns).toBeGreaterThan(5);
      expect(profile.traced.park.ns).toBeGreaterThan(profile.costs.park.ns); // two stacks are written down
      expect(Object.keys(profile.traced).filter((name) => !known.includes(name))).toEqual([]);
    },
    90_000,
  );
});
