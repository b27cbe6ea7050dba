// What the compiler makes of scenarios: listings a person can check, then properties of random ones.

import { describe, expect, it } from 'vitest';
import { DIST_LIST } from '../src/base/distributions.ts';
import { compileScenario } from '../src/scenario/compile.ts';
import type { Expr, Scenario, Step, Steps } from '../src/scenario/model.ts';
import type { Program } from '../src/sim/program.ts';
import * as P from '../src/sim/program.ts';
import { DECLARED } from './support/declared.ts';
import { disassemble, names } from './support/disassemble.ts';
import type { Bare, BodySketch } from './support/model.ts';
import { binary, int, length, local, nowhere, ns, ref, scenario, steps, target, unary, variable } from './support/model.ts';

/** Everything a listing below showed; the last test wants all opcodes among it. */
const seen = new Set<number>();

function compile(bodies: Record<string, BodySketch>, more: Partial<Scenario> = {}): Program {
  const program = compileScenario(scenario(bodies, { ...DECLARED, ...more }));
  for (let i = 0; i < program.code.length; i += P.STRIDE) seen.add(program.code[i]);
  return program;
}

/** The listing of main with these steps, without its head and its final RETURN. */
function listing(locals: number, ...list: Bare<Step>[]): string {
  const lines = disassemble(compile({ main: { steps: steps(...list), locals } })).split('\n');
  return lines
    .slice(1)
    .filter((line, i) => line.startsWith('unwind') || !/^ *\d+ RETURN$/.test(line) || /^ *\d/.test(lines[i + 2] ?? ''))
    .map((line) => line.trim())
    .join('\n');
}

function text(...lines: string[]): string {
  return lines.join('\n');
}

describe('steps', () => {
  it('steps that are one operation become one instruction', () => {
    expect(
      listing(
        2,
        { op: 'cpu', for: ns(300), calls: true },
        { op: 'cpu', for: { kind: 'exp', args: [500], place: nowhere }, calls: false },
        { op: 'syscall', for: ns(400), cpu: null, raw: false },
        { op: 'syscall', for: ns(400), cpu: { kind: 'uniform', args: [1, 2], place: nowhere }, raw: false },
        { op: 'net', for: { kind: 'lognormal', args: [2, 9], place: nowhere } },
        { op: 'sleep', for: ns(5) },
        { op: 'sleepUntil', until: int(9) },
        { op: 'send', to: ref('jobs'), value: local(1) },
        { op: 'recv', from: ref('jobs'), as: target(0), ok: target(1) },
        { op: 'recv', from: ref('never'), as: null, ok: null },
        { op: 'close', channel: ref('ring', int(2)) },
        { op: 'lock', on: 'mutex', lock: ref('shards', local(0)) },
        { op: 'unlock', on: 'mutex', lock: ref('mu') },
        { op: 'lock', on: 'rwmutex', lock: ref('rw') },
        { op: 'unlock', on: 'rwmutex', lock: ref('rw') },
        { op: 'rlock', lock: ref('rw') },
        { op: 'runlock', lock: ref('rw') },
        { op: 'add', wg: ref('wg'), delta: int(3) },
        { op: 'done', wg: ref('wg') },
        { op: 'wait', wg: ref('wg') },
        { op: 'condWait', cond: ref('full') },
        { op: 'signal', cond: ref('turn') },
        { op: 'broadcast', cond: ref('each', int(1)) },
        { op: 'setVar', var: ref('a', local(0)), value: variable('x') },
        { op: 'setLocal', target: target(1, false), value: int(4) },
        { op: 'log', text: ['x is ', variable('x'), '!'] },
        { op: 'spanSince', name: 'request', since: local(0) },
        { op: 'gosched' },
        { op: 'lockOSThread' },
        { op: 'unlockOSThread' },
        { op: 'exit', code: int(3) },
      ),
    ).toBe(
      text(
        '0 CPU 300',
        '1 CPU dist0<1 500 0> tight',
        '2 SYSCALL 400',
        '3 SYSCALL 400 cpu dist1<2 1 2>',
        '4 NET dist2<4 2 9>',
        '5 SLEEP 5',
        '6 SLEEP_UNTIL 9',
        '7 SEND jobs = w3',
        '8 RECV jobs w2 w3',
        '9 RECV never - -',
        '10 CLOSE ring[2]',
        '11 LOCK shards[w2 of 2]',
        '12 UNLOCK mu',
        '13 RWLOCK rw',
        '14 RWUNLOCK rw',
        '15 RLOCK rw',
        '16 RUNLOCK rw',
        '17 ADD wg 3',
        '18 ADD wg -1',
        '19 WAIT wg',
        '20 COND_WAIT full',
        '21 SIGNAL turn',
        '22 BROADCAST each[1]',
        '23 SET_VAR a[w2 of 2] = x',
        '24 SET_LOCAL w3 = 4',
        '25 LOG x is {int x}!',
        '26 SPAN request since w2',
        '27 GOSCHED',
        '28 LOCK_OS_THREAD',
        '29 UNLOCK_OS_THREAD',
        '30 EXIT 3',
      ),
    );
  });

  it('connections', () => {
    const accept = { op: 'accept', from: ref('api'), as: target(0) } as const;
    const listed = listing(1, { op: 'accept', from: ref('http'), as: null }, accept, { op: 'reply', to: local(0) });
    expect(listed).toBe(text('0 ACCEPT http -', '1 ACCEPT api w2', '2 REPLY w2'));
    const { listeners } = compile({ main: { steps: steps() } });
    const once = { kind: DIST_LIST, a: 0, b: 0, list: [50] };
    expect(listeners).toEqual([
      { name: 'http', arrivals: { kind: 'poisson', meanNs: 1000 }, forNs: Number.POSITIVE_INFINITY },
      { name: 'api', arrivals: { kind: 'closed', clients: 3, think: once }, forNs: 900 },
    ]);
  });

  it('steps behind one that never goes on are not compiled', () => {
    expect(listing(0, { op: 'goexit' }, { op: 'gosched' })).toBe('0 GOEXIT');
    expect(listing(0, { op: 'panic', text: ['boom'] }, { op: 'gosched' })).toBe('0 PANIC boom');
  });

  it('an if jumps over what does not hold', () => {
    expect(
      listing(
        0,
        { op: 'if', if: binary(variable('x'), '>', int(1)), do: steps({ op: 'gosched' }), else: null },
        { op: 'if', if: binary(variable('x'), '==', int(1)), do: steps({ op: 'gosched' }), else: steps({ op: 'goexit' }) },
      ),
    ).toBe(text('0 JUMP_UNLESS (x 1 GT) @2', '1 GOSCHED', '2 JUMP_UNLESS (x 1 EQ) @5', '3 GOSCHED', '4 JUMP @6', '5 GOEXIT'));
  });

  it('a select lists its cases, and one without steps goes on behind', () => {
    expect(
      listing(
        2,
        {
          op: 'select',
          cases: [
            { kind: 'recv', from: ref('jobs'), as: target(0), ok: target(1), do: steps({ op: 'gosched' }), place: nowhere },
            { kind: 'send', to: ref('ring', variable('x')), value: int(5), do: [], place: nowhere },
            { kind: 'after', after: ns(70), do: steps({ op: 'goexit' }), place: nowhere },
          ],
          default: null,
        },
        { op: 'select', cases: [], default: null },
        {
          op: 'select',
          cases: [{ kind: 'recv', from: ref('jobs'), as: null, ok: null, do: [], place: nowhere }],
          default: steps({ op: 'gosched' }),
        },
        { op: 'select', cases: [], default: [] },
      ),
    ).toBe(
      text(
        '0 SELECT recv jobs w2 w3 @1; send ring[x of 3] = 5 @4; after 70 @3',
        '1 GOSCHED',
        '2 JUMP @4',
        '3 GOEXIT',
        '4 SELECT',
        '5 SELECT recv jobs - - @7; default @6',
        '6 GOSCHED',
        '7 SELECT default @8',
      ),
    );
  });

  it('a choice holds the sums of its weights', () => {
    expect(
      listing(0, {
        op: 'choose',
        choices: [
          { weight: 3, do: steps({ op: 'gosched' }) },
          { weight: 1, do: [] },
          { weight: 6, do: steps({ op: 'goexit' }) },
        ],
      }),
    ).toBe(text('0 CHOOSE <3 @1 <4 @4 <10 @3', '1 GOSCHED', '2 JUMP @4', '3 GOEXIT'));
  });
});

describe('loops', () => {
  it('a repeat counts in the local it introduces and reads its count once', () => {
    expect(
      listing(1, {
        op: 'repeat',
        count: variable('x'),
        as: target(0),
        do: steps({ op: 'cpu', for: { kind: 'value', value: local(0) }, calls: true }),
      }),
    ).toBe(text('0 SET_LOCAL w3 = x', '1 SET_LOCAL w2 = 0', '2 JUMP_UNLESS (0 w3 LT) @5', '3 CPU w2', '4 NEXT_ROUND w2 < w3 @3'));
  });

  it('a repeat whose count is known to be positive needs no test', () => {
    expect(listing(0, { op: 'repeat', count: int(3), as: null, do: steps({ op: 'gosched' }) })).toBe(
      text('0 SET_LOCAL w2 = 3', '1 SET_LOCAL w3 = 0', '2 GOSCHED', '3 NEXT_ROUND w3 < w2 @2'),
    );
    expect(listing(0, { op: 'repeat', count: int(0), as: null, do: steps({ op: 'gosched' }) })).toContain('2 JUMP_UNLESS (0 w2 LT) @5');
  });

  it('a repeat whose variable is assigned to counts apart and copies', () => {
    expect(
      listing(1, {
        op: 'repeat',
        count: int(3),
        as: target(0),
        do: steps({ op: 'setLocal', target: target(0, false), value: binary(local(0), '+', int(1)) }),
      }),
    ).toBe(
      text('0 SET_LOCAL w3 = 3', '1 SET_LOCAL w4 = 0', '2 SET_LOCAL w2 = w4', '3 SET_LOCAL w2 = (w2 1 ADD)', '4 NEXT_ROUND w4 < w3 @2'),
    );
  });

  it('break leaves the innermost loop, also out of a select; continue goes to the end of its round', () => {
    expect(
      listing(
        0,
        {
          op: 'repeat',
          count: int(2),
          as: null,
          do: steps(
            { op: 'if', if: variable('x'), do: steps({ op: 'continue' }), else: null },
            {
              op: 'forever',
              do: steps(
                {
                  op: 'select',
                  cases: [{ kind: 'recv', from: ref('jobs'), as: null, ok: null, do: steps({ op: 'break' }), place: nowhere }],
                  default: null,
                },
                { op: 'continue' },
              ),
            },
          ),
        },
        { op: 'gosched' },
      ),
    ).toBe(
      text(
        '0 SET_LOCAL w2 = 2',
        '1 SET_LOCAL w3 = 0',
        '2 JUMP_UNLESS x @4',
        '3 JUMP @8',
        '4 SELECT recv jobs - - @5',
        '5 JUMP @8',
        '6 JUMP @7',
        '7 ROUND @4',
        '8 NEXT_ROUND w3 < w2 @2',
        '9 GOSCHED',
      ),
    );
  });

  it('a repeat for a time draws it once and tests at the top of each round', () => {
    expect(
      listing(0, { op: 'repeatFor', for: { kind: 'exp', args: [9], place: nowhere }, do: steps({ op: 'gosched' }, { op: 'break' }) }),
    ).toBe(text('0 DRAW w2 = dist0<1 9 0>', '1 NOW w3', '2 JUMP_UNLESS (NOW w3 SUB w2 LT) @6', '3 GOSCHED', '4 JUMP @6', '5 ROUND @2'));
  });

  it('a while tests at the top of each round', () => {
    expect(listing(0, { op: 'while', while: binary(variable('x'), '<', int(3)), do: steps({ op: 'gosched' }) })).toBe(
      text('0 JUMP_UNLESS (x 3 LT) @3', '1 GOSCHED', '2 ROUND @0'),
    );
  });

  it('a range goes on until the channel is closed, and looks its channel up once', () => {
    expect(
      listing(
        1,
        { op: 'range', from: ref('jobs'), as: target(0), do: steps({ op: 'gosched' }) },
        { op: 'range', from: ref('ring', variable('x')), as: null, do: steps({ op: 'break' }) },
      ),
    ).toBe(
      text('0 RANGE jobs w2 @3', '1 GOSCHED', '2 ROUND @0', '3 SET_LOCAL w3 = x', '4 RANGE ring[w3 of 3] - @7', '5 JUMP @7', '6 ROUND @4'),
    );
  });

  it('loops that follow each other share their words, loops inside of others do not', () => {
    const loop = (inner: Steps): Bare<Step> => ({ op: 'repeat', count: int(2), as: null, do: inner });
    const flat = compile({ main: { steps: steps(loop([]), loop([]), loop([])) } });
    const nested = compile({ main: { steps: steps(loop(steps(loop(steps(loop([]))))), loop([])) } });
    expect(flat.bodies[0].frameSize).toBe(P.FRAME_LOCALS + 2);
    expect(nested.bodies[0].frameSize).toBe(P.FRAME_LOCALS + 6);
  });
});

describe('blocks with a door', () => {
  it('a once is done behind its steps, and unwound through them', () => {
    expect(listing(0, { op: 'once', once: 'init', do: steps({ op: 'gosched' }) }, { op: 'gosched' })).toBe(
      text('0 ONCE init @3', '1 GOSCHED', '2 ONCE_DONE init', '3 GOSCHED', 'unwind 1..3 init'),
    );
  });

  it('a measured block is measured at its end', () => {
    expect(listing(0, { op: 'span', name: 'step', do: steps({ op: 'gosched' }) })).toBe(
      text('0 NOW w2', '1 GOSCHED', '2 SPAN step since w2'),
    );
  });

  it('an early exit passes the doors of what it leaves, inner ones first, and no others', () => {
    expect(
      listing(0, {
        op: 'span',
        name: 'request',
        do: steps({
          op: 'forever',
          do: steps({
            op: 'once',
            once: 'init',
            do: steps(
              {
                op: 'span',
                name: 'step',
                do: steps({ op: 'if', if: variable('x'), do: steps({ op: 'return' }), else: steps({ op: 'break' }) }),
              },
              { op: 'once', once: 'inner', do: steps({ op: 'continue' }) },
            ),
          }),
        }),
      }),
    ).toBe(
      text(
        '0 NOW w2',
        '1 ONCE init @19',
        '2 NOW w3',
        '3 JUMP_UNLESS x @9',
        '4 SPAN step since w3',
        '5 ONCE_DONE init',
        '6 SPAN request since w2',
        '7 RETURN',
        '8 JUMP @12',
        '9 SPAN step since w3',
        '10 ONCE_DONE init',
        '11 JUMP @20',
        '12 SPAN step since w3',
        '13 ONCE inner @18',
        '14 ONCE_DONE inner',
        '15 ONCE_DONE init',
        '16 JUMP @19',
        '17 ONCE_DONE inner',
        '18 ONCE_DONE init',
        '19 ROUND @1',
        '20 SPAN request since w2',
        'unwind 2..6 init',
        'unwind 8..11 init',
        'unwind 14..15 inner',
        'unwind 12..16 init',
        'unwind 17..18 inner',
        'unwind 17..19 init',
      ),
    );
  });
});

describe('bodies', () => {
  it('go passes arguments, a waitgroup and an index; without a count it is no loop', () => {
    const list = disassemble(
      compile({
        main: {
          locals: 1,
          steps: steps(
            { op: 'go', body: 'worker', count: null, index: null, with: [], wg: null, recover: false },
            {
              op: 'go',
              body: 'worker',
              count: int(4),
              index: target(0),
              with: [
                { name: 'l0', slot: 0, value: local(0) },
                { name: 'l1', slot: 1, value: binary(local(0), '*', int(2)) },
              ],
              wg: ref('wg'),
              recover: true,
            },
            { op: 'go', body: 'worker', count: variable('x'), index: null, with: [], wg: null, recover: false },
          ),
        },
        worker: { params: 2, steps: steps({ op: 'return' }) },
      }),
    );
    expect(list).toBe(
      text(
        'main: frame 5, stack 5',
        '  0 GO worker()',
        '  1 SET_LOCAL w3 = 4',
        '  2 SET_LOCAL w2 = 0',
        '  3 GO worker(w2: w2, w3: (w2 2 MUL)) wg wg recover index w2',
        '  4 NEXT_ROUND w2 < w3 @3',
        '  5 SET_LOCAL w3 = x',
        '  6 SET_LOCAL w4 = 0',
        '  7 JUMP_UNLESS (0 w3 LT) @10',
        '  8 GO worker() index w4',
        '  9 NEXT_ROUND w4 < w3 @8',
        ' 10 RETURN',
        'worker: frame 4, stack 4',
        ' 11 RETURN',
        ' 12 RETURN',
      ),
    );
  });

  it('a stack holds the deepest chain of calls, and starting a body adds nothing', () => {
    const call = (body: string): Bare<Step> => ({ op: 'call', body, with: [] });
    const program = compile({
      main: { steps: steps(call('a'), call('b'), { op: 'go', body: 'b', count: null, index: null, with: [], wg: null, recover: false }) },
      a: { steps: steps(call('leaf')), locals: 1 },
      b: { steps: steps(call('a'), call('leaf')), locals: 10 },
      leaf: { steps: steps({ op: 'gosched' }), locals: 3 },
    });
    expect(program.bodies.map((body) => [body.name, body.frameSize, body.stackSize])).toEqual([
      ['main', 2, 2 + 12 + 3 + 5],
      ['a', 3, 3 + 5],
      ['b', 12, 12 + 3 + 5],
      ['leaf', 5, 5],
    ]);
    expect(disassemble(program)).toContain('CALL leaf()');
  });

  it('bodies that call twice what calls twice stay small', () => {
    const bodies: Record<string, BodySketch> = {};
    const call = (body: string): Bare<Step> => ({ op: 'call', body, with: [] });
    const depth = 30_000;
    for (let i = 0; i < depth; i++) bodies[i === 0 ? 'main' : `b${i}`] = { steps: steps(call(`b${i + 1}`), call(`b${i + 1}`)) };
    bodies[`b${depth}`] = { steps: [] };
    const program = compile(bodies);
    expect(program.code.length).toBe((3 * depth + 1) * P.STRIDE);
    expect(program.bodies[0].stackSize).toBe(2 * (depth + 1));
  });
});

describe('timers and pipes', () => {
  const withTickers: Partial<Scenario> = {
    tickers: [
      { name: 'beat', count: null, periodNs: 5 },
      { name: 'beats', count: 2, periodNs: 7 },
    ],
  };
  const afterFunc: Bare<Step> = {
    op: 'afterFunc',
    timer: ref('many', local(0)),
    after: ns(9),
    body: 'main.func1',
    with: [{ name: 'n', slot: 0, value: local(1) }],
  };

  it('a timer that is kept knows where, and its body gets its arguments', () => {
    const program = compile({
      main: {
        steps: steps(afterFunc, { ...afterFunc, timer: null }, { op: 'resetTimer', timer: ref('t'), after: ns(4) }),
        locals: 2,
      },
      'main.func1': { steps: [], params: 1 },
    });
    expect(disassemble(program).split('\n').slice(1, 5)).toEqual([
      '  0 AFTER_FUNC main.func1(w2: w3) after 9 into many[w2 of 3]',
      '  1 AFTER_FUNC main.func1(w2: w3) after 9',
      '  2 RESET_TIMER t 4',
      '  3 RETURN',
    ]);
  });

  it('a ticker is received from as a channel and stopped as a timer', () => {
    const list = steps(
      { op: 'recv', from: ref('beat'), as: target(0), ok: null },
      { op: 'recv', from: ref('beats', local(0)), as: null, ok: null },
      { op: 'stopTimer', timer: ref('beats', int(1)) },
    );
    const program = compile({ main: { steps: list, locals: 1 } }, withTickers);
    expect(disassemble(program).split('\n').slice(1, 5)).toEqual([
      '  0 BEGIN',
      '  1 RECV beat w2 -',
      '  2 RECV beats[w2 of 2] - -',
      '  3 STOP_TIMER beats[1]',
    ]);
    const { channelCapacity, tickerPeriod, tickers } = program;
    expect([...channelCapacity]).toEqual([8, 0, 0, 0, -1, 1, 1, 1]);
    expect([...tickerPeriod]).toEqual([5, 7, 7]);
    expect(tickers.map((ticker) => ticker.base)).toEqual([4, 5]); // after the timers
  });

  it('pipes, calls into C and raw calls are an instruction each', () => {
    expect(
      listing(
        0,
        { op: 'read', pipe: ref('p') },
        { op: 'write', pipe: ref('lines', int(1)) },
        { op: 'cgo', for: ns(3) },
        { op: 'syscall', for: ns(4), cpu: ns(1), raw: true },
      ),
    ).toBe(text('0 READ p', '1 WRITE lines[1]', '2 CGO 3', '3 RAW_SYSCALL 4 cpu 1'));
  });

  it('only main of a program with tickers or a limit of threads sets something up', () => {
    const bodies = { main: { steps: steps({ op: 'gosched' }) }, other: { steps: [] } };
    const first = (more: Partial<Scenario>): string => disassemble(compile(bodies, more)).split('\n')[1].trim();
    expect(first({})).toBe('0 GOSCHED');
    expect(first({ maxThreads: 9 })).toBe('0 BEGIN');
    expect(disassemble(compile(bodies, withTickers)).match(/BEGIN/g)).toHaveLength(1);
  });
});

describe('objects', () => {
  it('arrays are numbered one element after the other', () => {
    const program = compile({ main: { steps: [] } });
    expect(program.channels.map((channel) => channel.base)).toEqual([0, 1, 4]);
    expect([...program.channelCapacity].slice(0, 5)).toEqual([8, 0, 0, 0, -1]);
    expect([...program.varInitial]).toEqual([7, -1, -1]);
  });

  it('a cond knows its locker, an array of conds the locker of each', () => {
    expect([...compile({ main: { steps: [] } }).condLocker]).toEqual([0, 1, 2, 2, -1]);
  });

  it('every list has a cursor of its own, other distributions are shared', () => {
    const list = { kind: 'list', args: [1, 2], place: nowhere } as const;
    const exp = { kind: 'exp', args: [5], place: nowhere } as const;
    const sleeps = [list, list, exp, exp].map((quantity): Bare<Step> => ({ op: 'sleep', for: quantity }));
    expect(listing(0, ...sleeps)).toBe(
      text('0 SLEEP dist0<6 1 2>', '1 SLEEP dist1<6 1 2>', '2 SLEEP dist2<1 5 0>', '3 SLEEP dist2<1 5 0>'),
    );
  });
});

describe('expressions', () => {
  const shown = (expr: Expr): string => listing(2, { op: 'exit', code: expr }).slice('0 EXIT '.length);

  it('what is one thing needs no expression', () => {
    expect(shown(int(-7))).toBe('-7');
    expect(shown(local(1))).toBe('w3');
    expect(shown(variable('x'))).toBe('x');
  });

  it('an element that is known is named, and one out of range is left to fail when it runs', () => {
    expect(shown(variable('a', int(1)))).toBe('a[1]');
    expect(shown(variable('a', int(2)))).toBe('a[2 of 2]');
    expect(shown(variable('a', int(-1)))).toBe('a[-1 of 2]');
  });

  it('postfix code skips what && and || need not look at', () => {
    expect(shown(binary(variable('x'), '&&', binary(int(1), '<', local(0))))).toBe('(x SKIP_IF_FALSE+5 1 w2 LT)');
    expect(shown(binary(unary('-', length('len', 'jobs')), '||', { kind: 'now', type: 'duration', place: nowhere }))).toBe(
      '(LEN jobs NEG SKIP_IF_TRUE+1 NOW)',
    );
    expect(shown(binary(length('cap', 'ring', local(1)), '!=', variable('a', binary(local(0), '%', int(2)))))).toBe(
      '(CAP ring[w3 of 3] a[(w2 2 REM) of 2] NE)',
    );
  });
});

describe('opcodes', () => {
  it('have all been shown above', () => {
    const missing = [...names(/^(?!E_|VALUE_|CASE_|FRAME_|PC_|STRIDE$)/)].filter(([op]) => !seen.has(op)).map(([, name]) => name);
    expect(missing).toEqual([]);
  });

  it('differ from each other', () => {
    const all = Object.entries(P).filter(
      ([name, value]) => /^(?!E_|VALUE_|CASE_|FRAME_|PC_|STRIDE$)/.test(name) && typeof value === 'number',
    );
    expect(new Set(all.map(([, value]) => value)).size).toBe(all.length);
  });
});
