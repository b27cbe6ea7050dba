// Order, run queues, stealing, system calls, time slices, and how channels spread work.

import * as runq from '../../src/runtime/runq.ts';
import { replaced } from '../support/broken-rule.ts';
import type { Exhibit } from './exhibit.ts';

const withoutRunnext = replaced(runq, 'runqput', (runqput) => (s, pp, gp) => runqput(s, pp, gp, false));

export const FIRST: readonly Exhibit[] = [
  {
    file: 'spawn-order.yaml',
    rule: 'what is started or readied last runs next',
    broken: withoutRunnext,
    fails: ['log =='],
  },
];
