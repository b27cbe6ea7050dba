// Mistakes in scenarios: what is said of each, and where. A row is a piece of a scenario and its errors as
// `line:column message`; steps stand on line 11 from column 7 on.

import { describe, expect, it } from 'vitest';
import { parseScenario } from '../src/scenario/load.ts';
import { messages, stepsOf, withSteps } from './support/language.ts';

describe('mistakes in steps', () => {
  const rows: [string, ...string[]][] = [
    ['- snd: jobs', '11:7 unknown step "snd": did you mean "send"?'],
    ['- snd', '11:7 unknown step "snd": did you mean "send"?'],
    ['- Send: jobs', '11:7 unknown step "Send": did you mean "send"?'],
    ['- receive: jobs', '11:7 unknown step "receive": did you mean "recv"?'],
    ['- cpu 5ms', '11:7 unknown step "cpu 5ms"'],
    ['- cpu', '11:7 the step "cpu" needs a value'],
    ['- cpu:', '11:7 "cpu" needs a value: processor time'],
    ['- gc', '11:7 the step "gc" is known, but not there yet in this version'],
    ['- cpu: 1ms\n  net: 1ms', '12:7 a second step in one mapping: "cpu" stands there already'],
    ['- cpu: 1ms\n  do: []', '12:7 unknown key "do" beside "cpu"'],
    ['- range: jobs\n  do: []\n  ok: open', '13:7 unknown key "ok" beside "range"'],
    ['- send: jobs\n  to: jobs', '12:7 "to" belongs inside of "send"'],
    ['- []', '11:7 a step belongs here, not a list'],
    ['- {}', '11:7 an empty step'],
    ['-', '11:6 an empty step'],
    ['- gosched: 3', '11:16 "gosched" takes no value'],
    ['- cpu: {fro: 1ms}', '11:13 unknown key "fro" in "cpu": did you mean "for"?'],
    ['- cpu: {for: 1ms, quick: true}', '11:23 unknown key "quick" in "cpu"'],
    ['- syscall: {for: 1ms, raw: 1}', '11:32 true or false belongs here, not "1"'],
    ['- cpu: {for: 1ms, calls: 1}', '11:30 true or false belongs here, not "1"'],
    ['- cpu: 5', '11:12 the duration 5 has no unit'],
    ['- cpu: 0', '11:12 the duration 0 has no unit'],
    ['- cpu: 1.5', '11:12 the duration 1.5 has no unit'],
    ['- cpu: "5"', '11:13 the duration 5 has no unit'],
    ['- cpu: 5 ms', '11:12 "5 ms" is no duration'],
    ['- cpu: 5msec', '11:12 "5msec" is no duration'],
    ['- cpu: fast', '11:12 "fast" is no duration'],
    ['- cpu: -1ms', '11:12 a duration here is at least 0'],
    ['- cpu: 1.5ns', '11:12 "1.5ns" is no whole number of nanoseconds'],
    ['- cpu: 9999999h', '11:12 "9999999h" is longer than 2^53 - 1 ns (about 104 days)'],
    ['- cpu: [1ms]', '11:12 a duration belongs here, not a list'],
    ['- cpu: true', '11:12 "true" is no duration'],
    ['- cpu: "${n}"', '11:12 a duration belongs here, not a whole number'],
    ['- cpu: "${n}x"', '11:17 "x" is no unit of time'],
    ['- cpu: "${n}${n}ms"', '11:17 a unit is missing before this'],
    ['- cpu: "${think}ms"', '11:15 a whole number belongs before a unit, not a duration'],
    ['- cpu: "5${n}ms"', '11:13 the duration 5 has no unit'],
    ['- cpu: "${n == 4}"', '11:12 a duration belongs here, not a condition'],
    ['- cpu: expo(1ms)', '11:12 unknown distribution "expo": did you mean "exp"?'],
    ['- cpu: replay()', '11:12 replay takes the name of a file'],
    ['- cpu: replay(times.csv)', '11:19 "times.csv" cannot be read: nothing here reads files'],
    ['- cpu: exp(1ms, 2ms)', '11:12 exp takes 1 argument, not 2'],
    ['- cpu: exp()', '11:12 exp takes 1 argument, not 0'],
    ['- cpu: exp(5)', '11:16 the duration 5 has no unit'],
    ['- cpu: exp("1ms")', '11:16 "\\"1ms\\"" is no duration'],
    ['- cpu: uniform(2ms, 1ms)', '11:20 uniform wants its lower bound first'],
    ['- cpu: lognormal(2ms, 9ms)', '11:22 say which this is: "median 2ms"', '11:27 say which this is: "p99 9ms"'],
    [
      '- cpu: lognormal(p99 2ms, median 9ms)',
      '11:22 "p99" is not what lognormal has here: "median" is',
      '11:31 "median" is not what lognormal has here: "p99" is',
    ],
    ['- cpu: lognormal(median 9ms, p99 2ms)', '11:22 the median of lognormal cannot be more than its p99'],
    ['- cpu: pareto(1ms, 2ms)', '11:24 a number without a unit belongs here, not "2ms"'],
    ['- cpu: pareto(1ms, 0.01)', '11:19 the alpha of pareto must be from 0.1 to 1000'],
    ['- cpu: list()', '11:12 list takes at least one duration, not 0'],
    ['- cpu: "exp(${total * 1ms})"', '11:17 the arguments of a distribution must be known before the run'],
    ['- cpu: exp(-1ms)', '11:16 a duration here is at least 0'],
    ['- cpu: {for: uniform(1ms, 2ms)}', '11:18 quote the value: a comma inside {} or [] ends it'],
    ['- cpu: {for: list(1ms, 2ms, 3ms), calls: false}', '11:18 quote the value: a comma inside {} or [] ends it'],
    ['- sleep: {for: 1ms, until: 2ms}', '11:7 "sleep" has "for" or "until", not both'],
    ['- sleep: {}', '11:7 "sleep" needs "for" or "until"'],
    ['- sleep: {until: soon}', '11:22 a duration or a whole number belongs here, not "soon"'],
    ['- send: job', '11:13 unknown channel "job": did you mean "jobs"?'],
    ['- send: mu', '11:13 unknown channel "mu"'],
    ['- send: nowhere', '11:13 unknown channel "nowhere"'],
    ['- send: {value: 3}', '11:7 "send" needs "to": the channel'],
    ['- send: {to: jobs, value: true}', '11:31 a whole number or a duration belongs here, not a condition'],
    ['- send: {to: jobs, value: x}', '11:31 a whole number or a duration belongs here, not "x"'],
    ['- send: ring', '11:13 "ring" is an array of 20: say which, as in ring[0]'],
    ['- send: ring[20]', '11:18 ring[20] is outside of the array: its elements are 0 to 19'],
    ['- send: ring[-1]', '11:18 ring[-1] is outside of the array: its elements are 0 to 19'],
    ['- send: ring[i]', '11:18 a subscript is a number or an expression: write [${i}]'],
    ['- send: "ring[${think}]"', '11:21 a subscript is a whole number'],
    ['- send: jobs[0]', '11:13 "jobs" is not an array: this channel has no [ ]'],
    ['- send: a b', '11:13 "a b" is not the name of a channel'],
    ['- recv: {from: jobs, as: len}', '11:30 "len" cannot name a local: it has a meaning in "${…}"'],
    ['- recv: {from: jobs, as: a-b}', '11:30 "a-b" is not a name: letters, digits and _ as in Go: write "aB"'],
    ['- recv: {from: jobs, to: v}', '11:26 unknown key "to" in "recv"'],
    ['- close: 3', '11:14 unknown channel "3"'],
    ['- range: jobs', '11:7 "range" needs "do": the steps inside'],
    ['- range: jobs\n  do: gosched', '12:11 a list of steps belongs here, not "gosched"'],
    ['- range: jobs\n  do: {cpu: 1ms}', '12:12 a list of steps belongs here, not a mapping'],
    ['- select: jobs', '11:15 a list of cases belongs here'],
    ['- select: [{recieve: jobs}]', '11:17 "recieve" is not a case of select'],
    ['- select: [default, default]', '11:25 a second default in one select'],
    ['- select: [{recv: jobs, value: 3}]', '11:29 unknown key "value" beside "recv"'],
    ['- select: [{after: 5}]', '11:24 the duration 5 has no unit'],
    ['- select: [{send: jobs, as: v}]', '11:29 unknown key "as" beside "send"'],
    ['- select: [gosched]', '11:16 "gosched" is not a case of select'],
    ['- lock: wg', '11:13 unknown lock "wg"'],
    ['- rlock: mu', '11:14 unknown rwmutex "mu"'],
    ['- add: wg', '11:12 "add" takes one waitgroup and its number, as {wg: 3}'],
    ['- add: {wg: 1, mu: 2}', '11:20 "add" takes one waitgroup and its number, as {wg: 3}'],
    ['- add: {wg: many}', '11:17 a whole number belongs here, not "many"'],
    ['- done: workers', '11:13 unknown waitgroup "workers"'],
    ['- condWait: mu', '11:17 unknown cond "mu"'],
    ['- once: init', '11:7 "once" needs "do": the steps inside'],
    ['- once: {name: init}', '11:7 "once" needs "do": the steps inside'],
    ['- once: {name: a b, do: []}', '11:20 "a b" is not a name: letters, digits, _ and -'],
    ['- once: {name: init, do: [break]}', '11:31 "break" cannot leave the function that a once runs'],
    ['- go: {count: 3}', '11:7 "go" needs "run", the body to start, or "do"'],
    ['- go: {run: helper, do: []}', '11:7 "go" has "run" or "do", not both'],
    ['- go: {run: hepler}', '11:17 unknown body "hepler": did you mean "helper"?'],
    ['- go: main', '11:11 main is where the program begins: nothing can start or call it again'],
    ['- go: {run: helper, as: i}', '11:29 "as" names the counter of the loop that "count" makes'],
    ['- go: {run: helper, with: [1]}', '11:31 arguments belong here, as {name: value}'],
    ['- go: {do: [gosched], with: {a: 1}}', '11:34 "with" is for a body: steps in place see the names around'],
    ['- go: {run: helper, recover: maybe}', '11:34 true or false belongs here, not "maybe"'],
    ['- call: {with: {a: 1}}', '11:7 "call" needs "run": the body'],
    ['- call: nobody', '11:13 unknown body "nobody"'],
    ['- repeat: 5ms\n  do: []', '11:15 a number of rounds belongs here, not a duration'],
    ['- repeat: many\n  do: []', '11:15 a whole number belongs here, not "many"'],
    ['- repeat: {for: 3}\n  do: []', '11:21 the duration 3 has no unit'],
    ['- repeat: {for: 3ms}\n  as: i\n  do: []', '12:11 a loop for some time has no number of rounds to give a name'],
    ['- repeat: 3', '11:7 "repeat" needs "do": the steps inside'],
    ['- forever: gosched', '11:16 a list of steps belongs here, not "gosched"'],
    ['- while: 1\n  do: []', '11:14 a condition belongs here, not a whole number'],
    ['- while: n > 3\n  do: []', '11:14 a condition belongs here, not "n > 3"'],
    ['- if: ${n} > 3\n  do: []', '11:11 one "${…}" must hold the whole value: write "${n > 3}"'],
    ['- if: yes\n  do: []', '11:11 a condition belongs here, not "yes"'],
    ['- if: "${debug}"\n  else: []', '11:7 "if" needs "do": the steps inside'],
    ['- break', '11:7 "break" outside of a loop'],
    ['- continue', '11:7 "continue" outside of a loop'],
    ['- go: [break]', '11:12 "break" outside of a loop'],
    ['- set: total', '11:12 "set" takes one name and its value, as {n: 1}'],
    ['- set: {total: 1, n: 2}', '11:23 "set" takes one name and its value, as {n: 1}'],
    ['- set: {n: 1}', '11:13 the param "n" stays as it is during a run'],
    ['- set: {total: true}', '11:20 a whole number or a duration belongs here, not a condition'],
    ['- set: {total: "${now}"}\n- set: {x: 1}\n- set: {x: 5ms}', '13:16 "x" is a whole number and cannot become a duration'],
    ['- set: {"counts[3]": 1}', '11:21 counts[3] is outside of the array: its elements are 0 to 2'],
    ['- set: {counts: 1}', '11:13 "counts" is an array of 3: say which, as in counts[0]'],
    ['- set: {a-b: 1}', '11:13 "a-b" is not a name: letters, digits and _ as in Go: write "aB"'],
    ['- choose: []', '11:15 a list of {weight: 3, do: […]} belongs here'],
    ['- choose: [{weight: 0, do: []}]', '11:25 a weight is a number above 0 and up to 1000000000, not 0'],
    ['- choose: [{weight: lots, do: []}]', '11:25 a weight is a number above 0 and up to 1000000000, not "lots"'],
    ['- choose: [{do: []}]', '11:17 a choice needs "weight" and "do"'],
    ['- span: request', '11:7 "span" needs "do", the steps to measure, or "since", an instant'],
    ['- span: {name: request, since: now}', '11:36 a duration or a whole number belongs here, not "now"'],
    ['- span: {name: request, since: 3ms}\n  do: []', '11:7 "span" has "do" or "since", not both'],
    ['- span: {since: 3ms}', '11:7 "span" needs "name": the name its durations are collected under'],
    ['- log:', '11:7 "log" needs a value: the text'],
    ['- log: [a]', '11:12 a text belongs here, not a list'],
    ['- log: "${"', '11:13 this "${" is not closed'],
    ['- log: "${}"', '11:15 nothing between the braces'],
    ['- log: "${1 +}"', '11:18 the expression ends too early'],
    ['- log: "${1 2}"', '11:17 unexpected "2"'],
    ['- log: "${(1}"', '11:17 a ")" is missing'],
    ['- log: "${1)}"', '11:16 unexpected ")"'],
    ['- log: "${nn}"', '11:15 unknown name "nn"'],
    ['- log: "${totl}"', '11:15 unknown name "totl": did you mean "total"?'],
    ['- log: "${now + 1}"', '11:19 "+" between a duration and a whole number has no meaning'],
    ['- log: "${1 + true}"', '11:17 "+" between a whole number and a condition has no meaning'],
    ['- log: "${think * think}"', '11:21 "*" between a duration and a duration has no meaning'],
    ['- log: "${n / 0}"', '11:17 division by zero'],
    ['- log: "${1 / total % 0}"', '11:25 division by zero'],
    ['- log: "${n = 4}"', '11:17 "=" has no meaning in an expression: did you mean "=="?'],
    ['- log: "${n & 1}"', '11:17 "&" has no meaning in an expression: did you mean "&&"?'],
    ['- log: "${1.5}"', '11:15 "1.5" is not a whole number'],
    ['- log: "${5x}"', '11:15 "5x" is no number and no duration (unknown unit)'],
    ['- log: "${9007199254740992}"', '11:15 "9007199254740992" is outside of ±(2^53 - 1), where numbers are exact'],
    ['- log: "${9007199254740991 + 1}"', '11:32 the result is outside of ±(2^53 - 1), where numbers are exact'],
    ['- log: "${9007199254740991 * -3}"', '11:32 the result is outside of ±(2^53 - 1), where numbers are exact'],
    ['- log: "${min(1, 2)}"', '11:15 unknown function "min"'],
    ['- log: "${len(mu)}"', '11:19 unknown channel "mu"'],
    ['- log: "${len(3)}"', '11:19 len takes the name of a channel'],
    ['- log: "${len(jobs}"', '11:23 a ")" is missing'],
    ['- log: "${cap(ring)}"', '11:19 "ring" is an array of 20: say which, as in ring[0]'],
    ['- log: "${counts}"', '11:15 "counts" is an array of 3: say which, as in counts[0]'],
    ['- log: "${total[1]}"', '11:15 "total" is not an array: this var has no [ ]'],
    ['- log: "${counts[3]}"', '11:22 counts[3] is outside of the array: its elements are 0 to 2'],
    ['- log: "${#}"', '11:15 "#" has no meaning in an expression'],
    ['- log: "${!n}"', '11:15 "!" of a whole number has no meaning'],
    ['- log: "${-debug}"', '11:15 "-" of a condition has no meaning'],
    ['- exit', '11:7 the step "exit" needs a value'],
    ['- exit: now', '11:13 a whole number belongs here, not "now"'],
    ['- panic:', '11:7 "panic" needs a value: the text'],
    ['- net: 1ms\n- cpu: ${n}ms\n- cpu: {for: ${n}ms}', '13:18 quote the value: "${" has a meaning of its own inside {} and []'],
    ['- wg.Add: 1', '11:7 unknown step "wg.Add": did you mean "add"?'],
    ['- time.Sleep(n)', '11:7 unknown step "time.Sleep(n)": did you mean "sleep"?'],
    ['- timeout: 5ms', '11:7 unknown step "timeout": did you mean "select"?'],
    ['- defer: [{unlock: mu}]', '11:7 unknown step "defer"'],
  ];
  it.each(rows)('%s', (steps, ...expected) => {
    expect(messages(withSteps(steps))).toEqual(expected);
  });

  it.each([
    ['- accept: http as req', 'the new name stands in a line of its own: "as: req"'],
    ['- go: helper(n)', 'arguments are given by name, as in {run: helper, with: {n: …}}'],
    ['- go: helper(n, 3)', 'arguments are given by name, as in {run: helper, with: {…}}'],
    ['- go: nobody(n)', 'bodies are declared under goroutines'],
    ['- defer: [{unlock: mu}]', 'nothing is deferred: the steps stand where the body ends'],
    ['- cpu 5ms', 'write "cpu: …", with a colon'],
  ])('a way out of %s', (steps, note) => {
    expect(parseScenario(withSteps(steps), 'test.yaml').diagnostics.map((one) => one.note)).toContain(note);
  });
});

describe('what may stand beside a step', () => {
  it('is the instant of a span, and the steps of a once', () => {
    expect(stepsOf(withSteps('- span: all\n  since: ${now}'))).toEqual(stepsOf(withSteps('- span: {name: all, since: "${now}"}')));
    expect(stepsOf(withSteps('- once: init\n  do: [gosched]'))).toEqual(stepsOf(withSteps('- once: {name: init, do: [gosched]}')));
  });
});

describe('mistakes at the top level', () => {
  const rows: [string, ...string[]][] = [
    ['{}', '1:1 the scenario has no "goroutines"'],
    ['goroutines: {}', '1:13 no body named main'],
    ['goroutines:', '1:12 no body named main'],
    ['goroutines: [main]', '1:13 "goroutines" holds names and what each is'],
    ['goroutines: {mian: []}', '1:14 no body named main: did you mean "mian"?'],
    ['goroutines: {main: []}\nlistenres: {}', '2:1 unknown key "listenres": did you mean "listeners"?'],
    ['goroutines: {main: []}\nmodel: gm', '2:1 the key "model" is known, but not there yet in this version'],
    ['goroutines: {main: []}\ngoroutines: {main: []}', '2:1 the key "goroutines" is here twice'],
    [
      'goroutines: {main: [], "a b": [], 3: []}',
      '1:24 "a b" is not a name: letters, digits and _ as in Go: write "aB"',
      '1:35 "3" is not a name: letters, digits and _ as in Go',
    ],
    ['goroutines: {main: cpu}', '1:20 a list of steps belongs here, not "cpu"'],
    ['goroutines: {main: {cpu: 1ms}}', '1:21 a list of steps belongs here, not a mapping'],
    ['goroutines: {main: []}\ngo: 1.20', '2:5 Go "1.20" is not modelled: "1.19" and "1.26" are'],
    ['goroutines: {main: []}\ngo: 1.2', '2:5 Go "1.2" is not modelled: "1.19" and "1.26" are'],
    ['goroutines: {main: []}\ngo: [1.19]', '2:5 a version of Go belongs here, not a list'],
    ['goroutines: {main: []}\ngomaxprocs: 0', '2:13 "gomaxprocs" is at least 1, not 0'],
    ['goroutines: {main: []}\ngomaxprocs: 1025', '2:13 "gomaxprocs" is at most 1024, not 1025'],
    ['goroutines: {main: []}\ngomaxprocs: many', '2:13 a whole number belongs here, not "many"'],
    ['goroutines: {main: []}\ngomaxprocs: 1.5', '2:13 a whole number belongs here, not "1.5"'],
    ['goroutines: {main: []}\nmachine: 4', '2:10 "machine" is a mapping'],
    [
      'goroutines: {main: []}\nmachine: {cpus: 0, profile: x, cpu: 3}',
      '2:17 "cpus" is at least 1, not 0',
      '2:29 "x" cannot be read: nothing here reads files',
      '2:32 unknown key "cpu" in "machine": did you mean "cpus"?',
    ],
    ['goroutines: {main: []}\nmachine: {cpuLimit: two}', '2:21 a number of CPUs belongs here, not "two"'],
    ['goroutines: {main: []}\nmachine: {cpuLimit: 0}', '2:21 a number of CPUs belongs here, not "0"'],
    ['goroutines: {main: []}\nmachine: {cpuLimit: -1}', '2:21 a number of CPUs belongs here, not "-1"'],
    ['goroutines: {main: []}\nmachine: {cpuLimit: [2]}', '2:21 a number of CPUs belongs here, not a list'],
    ['goroutines: {main: []}\nmachine: {cpuLimit: 5m}', '2:21 "cpuLimit" leaves less than 1ms of processor time in a period'],
    ['goroutines: {main: []}\nmachine: {cpuPeriod: 50ms}', '2:22 a period or a burst belongs to a "cpuLimit", and there is none'],
    ['goroutines: {main: []}\nmachine: {cpuWeight: 0}', '2:22 "cpuWeight" is at least 1, not 0'],
    ['goroutines: {main: []}\nmachine: {neighbours: 3}', '2:23 "neighbours" is a mapping of names'],
    ['goroutines: {main: []}\nmachine: {neighbours: {a: {thread: 2}}}', '2:28 unknown key "thread" in "a": did you mean "threads"?'],
    ['goroutines: {main: []}\nmachine: {neighbours: {a: {busy: 2ms}}}', '2:34 "busy" and "idle" belong together'],
    ['goroutines: {main: []}\nmachine: {neighbours: {a: {busy: 2ns, idle: 1ms}}}', '2:34 "busy" is at least 1us'],
    [
      'goroutines: {main: []}\nmachine: {neighbours: {a: {busy: "list(1ms, 2ms)", idle: 1ms}}}',
      '2:34 "list" is not for neighbours: the distributions with a formula are',
    ],
    ['goroutines: {main: []}\nmachine: {kernel: {tick: 1us}}', '2:26 "tick" is from 100µs to 10ms'],
    ['goroutines: {main: []}\nmachine: {cpuLimit: 1, cpuPeriod: 2s}', '2:35 "cpuPeriod" is from 1ms to 1s, as the kernel wants it'],
    [
      'goroutines: {main: []}\nmachine: {cpuLimit: 1, cpuBurst: 101ms}',
      '2:34 "cpuBurst" is at most the quota of a period, as the kernel wants it',
    ],
    ['goroutines: {main: []}\nmachine: {cpuLimit: 1, cpuBurst: -1ms}', '2:34 a duration from 0 on belongs here'],
    ['goroutines: {main: []}\nmachine: {cpuLimit: 1, outerLimits: 2}', '2:37 "outerLimits" is a list of limits'],
    [
      'goroutines: {main: []}\nmachine: {cpuLimit: 1, outerLimits: [{cpuPeriod: 1ms}, 3, {cpuLimit: x}]}',
      '2:39 a limit with its "cpuLimit" belongs here',
      '2:56 a limit with its "cpuLimit" belongs here',
      '2:70 a number of CPUs belongs here, not "x"',
    ],
    ['goroutines: {main: []}\nseed: -1', '2:7 "seed" is at least 0, not -1'],
    ['goroutines: {main: []}\nseed: 9007199254740992', '2:7 "9007199254740992" is outside of ±(2^53 - 1), where numbers are exact'],
    ['goroutines: {main: []}\nuntil: 0', '2:8 "until" is a time after the start'],
    ['goroutines: {main: []}\nuntil: soon', '2:8 a duration or a whole number belongs here, not "soon"'],
    ['goroutines: {main: []}\nuntil: true', '2:8 a duration or a whole number belongs here, not a condition'],
    ['goroutines: {main: []}\nstart: warm', '2:8 "start" is settled or cold, not "warm"'],
    ['goroutines: {main: []}\nstart: clod', '2:8 "start" is settled or cold, not "clod": did you mean "cold"?'],
    ['goroutines: {main: []}\nstart: {settled: false}', '2:9 a start with keys is {settled: true, …}'],
    [
      'goroutines: {main: []}\nstart: {settled: true, schedtick: -1, tick: 3}',
      '2:35 "schedtick" is at least 0, not -1',
      '2:39 unknown key "tick" in "start"',
    ],
    ['goroutines: {main: []}\nstart: [cold]', '2:8 "start" is settled, cold, or {settled: true, schedtick: 17}'],
    ['goroutines: {main: []}\nparams: [a]', '2:9 "params" holds names and what each is'],
    [
      'goroutines: {main: []}\nparams: {a: big, now: 1, a-b: 2, b: "${c}", c: "${b}"}',
      '2:13 a whole number, a duration or a condition belongs here, not "big"',
      '2:18 "now" cannot name a param: it has a meaning in "${…}"',
      '2:26 "a-b" is not a name: letters, digits and _ as in Go: write "aB"',
      '2:40 unknown name "c"',
    ],
    ['goroutines: {main: []}\nparams: {a: 1}\nvars: {a: 1}', '3:8 "a" is a param already: "${a}" could not tell the two apart'],
    ['goroutines: {main: []}\nchannels: [a]', '2:11 "channels" holds names and what each is'],
    [
      'goroutines: {main: []}\nchannels: {a: , b: null, c: -1, d: many, e: 100000000, f: {cap: 3}, g: {count: 0}}',
      '2:15 a channel needs its capacity',
      '2:20 a channel needs its capacity',
      '2:29 the capacity of a channel is at least 0, not -1',
      '2:36 a whole number belongs here, not "many"',
      '2:45 the capacity of a channel is at most 10000000, not 100000000',
      '2:60 unknown key "cap" in "channels"',
      '2:80 the length of an array is at least 1, not 0',
    ],
    [
      'goroutines: {main: []}\nchannels: {a: {count: 1000, capacity: 10000}, b: 1}',
      '2:50 channels with room for more than 10000000 values in all',
    ],
    ['goroutines: {main: []}\nmutexes: {a: {count: 900000}, b: {count: 900000}}', '2:31 more than 1000000 channels, locks and vars in all'],
    ['goroutines: {main: []}\nmutexes: a', '2:10 "mutexes" holds names and what each is'],
    ['goroutines: {main: []}\nmutexes: [a, a, {b: 1}]', '2:14 the mutex "a" is declared twice', '2:18 the name of a mutex belongs here'],
    ['goroutines: {main: []}\nmutexes: {a: 3}', '2:14 {count: …} belongs here, or nothing'],
    ['goroutines: {main: []}\nmutexes: [a]\nrwmutexes: [a]', '3:13 "a" is a mutex already: a lock step could not tell the two apart'],
    ['goroutines: {main: []}\nmutexes: [mu]\nconds: {c: mx}', '3:12 unknown lock "mx": did you mean "mu"?'],
    [
      'goroutines: {main: []}\nmutexes: {mu: {count: 2}}\nconds: {c: mu, d: "mu[2]"}',
      '3:12 "mu" is an array of 2: say which, as in mu[0]',
      '3:23 mu[2] is outside of the array: its elements are 0 to 1',
    ],
    [
      'goroutines: {main: []}\nvars: {a: 1ms, b: true, c: [], d: {value: x}}',
      '2:11 a whole number belongs here, not a duration',
      '2:19 a whole number belongs here, not a condition',
      '2:28 a whole number belongs here, not a list',
      '2:43 a whole number belongs here, not "x"',
    ],
    ['goroutines: {main: []}\nexpect: outcome == completed', '2:9 "expect" is a list of expectations'],
    [
      'goroutines: {main: []}\nexpect:\n  - outcome.message == "panic: no"\n  - log == "a: b"',
      '3:5 YAML reads the ": " in this expectation as a key and its value',
      '4:5 YAML reads the ": " in this expectation as a key and its value',
    ],
    [
      'goroutines: {main: []}\nexpect: [[], {this: 1}, {that: outcome == completed, level: fatal}, thread.created < 3, spans.x.p99 < 3ms]',
      '2:10 an expectation belongs here',
      '2:15 unknown key "this" in "expect"',
      '2:61 the level is error or warn, not "fatal"',
      '2:69 the result has no field "thread"',
      '2:95 the scenario has no span "x"',
    ],
    ['goroutines: {main: []}\nname: [a]', '2:7 a text belongs here, not a list'],
    ['goroutines: {main: []}\nname: "${x}"', '2:10 unknown name "x"'],
    ['- a', '1:1 a scenario is a mapping'],
    ['just text', '1:1 a scenario is a mapping'],
  ];
  it.each(rows)('%s', (text, ...expected) => {
    expect(messages(text)).toEqual(expected);
  });

  it('an empty file holds no scenario', () => {
    expect(messages('')).toEqual(['- the file holds no scenario']);
    expect(messages('# only a comment\n')).toEqual(['- the file holds no scenario']);
  });
});

describe('bodies', () => {
  it('everyone who starts or calls a body gives the same arguments, of the same types', () => {
    const text = `goroutines:
  main:
    - go: {run: w, with: {a: 1}}
    - go: {run: w, with: {a: 1, b: 2}}
    - call: w
    - go: {run: w, with: {a: true, b: 1ms}}
    - go: {run: w, with: {b: 1}, count: 3, as: a}
    - go: {run: w, with: {a: 1, b: 1}, count: 3, as: a}
  w: [{log: "\${a}"}]
`;
    expect(messages(text)).toEqual([
      '3:17 "w" has an argument "b", which is missing here',
      '5:13 "w" has arguments "a" and "b", which are missing here',
      '6:27 the argument "a" is a condition here and a whole number elsewhere',
      '6:36 the argument "b" is a duration here and a whole number elsewhere',
      '8:27 the argument "a" is given by "as" already',
    ]);
  });

  it('a body sees its arguments and nothing else of its starter', () => {
    const text = 'goroutines: {main: [{set: {x: 1}}, {log: "${x}"}, {go: {run: w, with: {y: 2}}}], w: [{log: "${y} ${x}"}]}';
    expect(messages(text)).toEqual(['1:100 unknown name "x"']);
  });

  it('a counter named _ is not passed on', () => {
    expect(messages('goroutines: {main: [{go: {run: w, count: 3, as: _}}, {go: w}], w: []}')).toEqual([]);
  });

  it('a circle of calls is named, also through an if; starting a body is no call', () => {
    const circle = `goroutines:
  main: [call: a]
  a: [call: b]
  b: [{if: true, do: [{call: c}]}]
  c: [{call: a}, {go: a}, {go: [{call: c}]}]
`;
    expect(messages(circle)).toEqual(['5:14 recursive calls: a -> b -> c -> a']);
    expect(messages('goroutines: {main: [{call: a}], a: [{call: a}]}')).toEqual(['1:44 recursive calls: a -> a']);
    expect(messages('goroutines: {main: [{go: a}], a: [{go: a}, {go: [{call: b}]}], b: [{go: a}]}')).toEqual([]);
  });

  it('a long circle is cut in the middle', () => {
    const bodies = Array.from({ length: 30 }, (_, i) => `  b${i}: [call: b${(i + 1) % 30}]`).join('\n');
    const [message] = messages(`goroutines:\n  main: [call: b0]\n${bodies}\n`);
    expect(message).toBe('32:15 recursive calls: b0 -> b1 -> b2 -> b3 -> b4 -> b5 -> b6 -> b7 -> b8 -> b9 -> … -> b0');
  });
});

describe('--set', () => {
  const text = 'params: {workers: 4, think: 1ms, debug: true}\ngoroutines: {main: []}';
  it.each([
    [['workers=8', 'think=2us', 'debug=false'], []],
    [['wrokers=1'], ['- --set wrokers: there is no param "wrokers": did you mean "workers"?']],
    [['workers=x'], ['- --set workers=x: the param "workers" is a whole number, not "x"']],
    [['workers=1ms'], ['- --set workers=1ms: the param "workers" is a whole number, not "1ms"']],
    [['think=3'], ['- --set think=3: the param "think" is a duration, not "3"']],
    [['debug=1'], ['- --set debug=1: the param "debug" is true or false, not "1"']],
    [['workers'], ['- --set workers: this is not name=value']],
    [['=4'], ['- --set =4: this is not name=value']],
  ])('%j', (set, expected) => {
    expect(messages(text, 'error', set)).toEqual(expected);
  });
});
