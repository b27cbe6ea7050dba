// Steps: what the YAML says, checked, into the steps of the model. Each kind of step is dispatched by hand; which keys
// it may have and must have is settled by the table before.
//
// A reader belongs to one function. An inline `go: [...]` is a function of its own with a reader of its own, which sees
// the names around through its scope.

import { parseDuration } from '../base/duration.ts';
import type { Bodies, Given } from './bodies.ts';
import type { Env } from './expression.ts';
import type { Argument, Body, Expr, Quantity, Ref, SelectCase, Step, Steps, Target, ValueType } from './model.ts';
import type { ObjectKind } from './names.ts';
import { constant, TYPE_NAMES } from './operators.ts';
import { quantityField } from './quantity.ts';
import { FunctionScope, target, useOf } from './scope.ts';
import type { StepShape } from './step-shape.ts';
import { readKeys, shapeOf } from './step-shape.ts';
import { CASES, CHOICE_KEYS } from './step-table.ts';
import { didYouMean, quoted } from './suggest.ts';
import { constantText, decimalOf, flagField, instantField, readValue, refField, scalarField, textField, valueField } from './values.ts';
import type { Mapping, Node, Scalar } from './yaml.ts';
import { isNull } from './yaml.ts';

const DEEPEST = 200; // steps inside of steps
const LONGEST_NAME = 200;

type Scoped = Env & { readonly scope: FunctionScope };

export class StepReader {
  readonly inlineBodies: Body[] = [];
  private readonly env: Scoped;
  private readonly bodies: Bodies;
  private depth: number;
  /** What `break` would have to leave, innermost last. A once is a function: it cannot be left that way. */
  private readonly around: ('loop' | 'once')[] = [];

  constructor(env: Scoped, bodies: Bodies, depth = 0) {
    this.env = env;
    this.bodies = bodies;
    this.depth = depth;
  }

  /** The steps of the function itself. */
  topSteps(node: Node): Steps {
    const steps = this.list(node);
    const { scope, names, diagnostics } = this.env;
    for (const { name, place } of scope.neverRead()) {
      const suggestion = diagnostics.full ? '' : didYouMean(name, names.namesOf(['var']));
      diagnostics.warning(place, `the local ${quoted(name)} is set and never read${suggestion}`);
    }
    return steps;
  }

  /** A list of steps that is a block of its own. */
  private steps(node: Node | undefined): Steps {
    if (node === undefined) return [];
    return this.env.scope.block(() => this.list(node));
  }

  private list(node: Node): Steps {
    const { diagnostics } = this.env;
    if (node.kind !== 'seq') {
      const found = node.kind === 'map' ? 'a mapping' : isNull(node) ? 'nothing' : quoted(node.text);
      diagnostics.error(node.place, `a list of steps belongs here, not ${found}`, node.kind === 'map' ? 'begin each step with "- "' : null);
      return [];
    }
    if (this.depth >= DEEPEST) {
      diagnostics.error(node.place, `steps nested more than ${DEEPEST} levels deep`);
      return [];
    }
    this.depth++;
    const steps: Step[] = [];
    for (const item of node.items) {
      const shape = shapeOf(item, diagnostics);
      if (shape === null) continue;
      const step = this.step(shape);
      if (step !== null) steps.push(step);
    }
    this.depth--;
    return steps;
  }

  private loop(node: Node | undefined): Steps {
    return this.inside('loop', node);
  }

  private inside(what: 'loop' | 'once', node: Node | undefined): Steps {
    this.around.push(what);
    const steps = this.steps(node);
    this.around.pop();
    return steps;
  }

  private step(shape: StepShape): Step | null {
    const { place } = shape;
    const op = shape.spec.name;
    switch (op) {
      case 'cpu': {
        const calls = shape.keys.get('calls');
        return { place, op, for: this.quantity(shape, 'for'), calls: calls === undefined || flagField(calls, this.env) };
      }
      case 'syscall':
        return this.syscall(shape);
      case 'cgo':
      case 'net':
        return { place, op, for: this.quantity(shape, 'for') };
      case 'sleep':
        return this.sleep(shape);
      case 'send':
        return { place, op, to: this.ref(shape, 'to', 'channel'), value: this.sent(shape) };
      case 'recv': {
        const { from, type } = this.source(shape);
        return { place, op, from, as: this.introduced(shape, 'as', type), ok: this.introduced(shape, 'ok', 'bool') };
      }
      case 'accept': {
        const from = this.ref(shape, 'from', 'listener');
        return { place, op, from, as: this.introduced(shape, 'as', 'duration') };
      }
      case 'reply':
        return { place, op, to: this.instant(shape, 'to') };
      case 'close':
        return { place, op, channel: this.ref(shape, 'channel', 'channel') };
      case 'range': {
        const { from, type } = this.source(shape);
        return this.env.scope.block(() => ({
          place,
          op,
          from,
          as: this.introduced(shape, 'as', type),
          do: this.loop(shape.keys.get('do')),
        }));
      }
      case 'select':
        return this.select(shape);
      case 'lock':
      case 'unlock': {
        const { kind, ref } = this.refOf(shape, 'lock', ['mutex', 'rwmutex']);
        return { place, op, on: kind === 'rwmutex' ? kind : 'mutex', lock: ref };
      }
      case 'rlock':
      case 'runlock':
        return { place, op, lock: this.ref(shape, 'lock', 'rwmutex') };
      case 'add':
        return this.add(shape);
      case 'done':
      case 'wait':
        return { place, op, wg: this.ref(shape, 'wg', 'waitgroup') };
      case 'condWait':
      case 'signal':
      case 'broadcast':
        return { place, op, cond: this.ref(shape, 'cond', 'cond') };
      case 'afterFunc':
        return this.afterFunc(shape);
      case 'stopTimer':
        return { place, op, timer: this.refOf(shape, 'timer', ['timer', 'ticker']).ref };
      case 'resetTimer':
        return this.resetTimer(shape);
      case 'read':
      case 'write':
        return { place, op, pipe: this.ref(shape, 'pipe', 'pipe') };
      case 'once':
        return { place, op, once: this.name(shape), do: this.inside('once', shape.keys.get('do')) };
      case 'go':
        return this.go(shape);
      case 'call': {
        const run = shape.keys.get('run');
        const given = this.given(shape.keys.get('with'));
        return run === undefined ? null : { place, op, ...this.bodies.resolve(run, given, op, this.env.scope.name) };
      }
      case 'repeat':
        return this.repeat(shape);
      case 'forever':
        return { place, op, do: this.loop(shape.keys.get('do')) };
      case 'while':
        return { place, op, while: this.value(shape, 'condition', ['bool']), do: this.loop(shape.keys.get('do')) };
      case 'if': {
        const otherwise = shape.keys.get('else');
        return {
          place,
          op,
          if: this.value(shape, 'condition', ['bool']),
          do: this.steps(shape.keys.get('do')),
          else: otherwise === undefined ? null : this.steps(otherwise),
        };
      }
      case 'break':
      case 'continue':
        return this.leaveLoop(op, shape);
      case 'return':
      case 'gosched':
      case 'goexit':
      case 'lockOSThread':
      case 'unlockOSThread':
        return { place, op };
      case 'set':
        return this.set(shape);
      case 'choose':
        return this.choose(shape);
      case 'span':
        return this.span(shape);
      case 'log':
      case 'panic': {
        const text = shape.keys.get('text');
        return { place, op, text: text === undefined ? [] : textField(text, this.env) };
      }
      case 'exit':
        return { place, op, code: this.value(shape, 'code', ['int']) };
      default:
        throw new Error(`steps: the step ${op} of the table has no reader`);
    }
  }

  // ---- fields of steps; one that is missing has been reported

  private quantity(shape: StepShape, key: string, allowNegative = false): Quantity {
    const node = shape.keys.get(key);
    if (node === undefined) return { kind: 'value', value: constant('duration', 0, shape.place) };
    return quantityField(node, this.env, allowNegative);
  }

  private value(shape: StepShape, key: string, types: readonly ValueType[]): Expr {
    const node = shape.keys.get(key);
    return node === undefined ? constant(types[0], 0, shape.place) : valueField(node, types, this.env);
  }

  private instant(shape: StepShape, key: string): Expr {
    const node = shape.keys.get(key);
    return node === undefined ? constant('duration', 0, shape.place) : instantField(node, this.env);
  }

  private refOf(shape: StepShape, key: string, kinds: readonly ObjectKind[]): { kind: ObjectKind; ref: Ref } {
    const node = shape.keys.get(key);
    if (node === undefined) return { kind: kinds[0], ref: { name: '', index: null, place: shape.place } };
    return refField(node, kinds, this.env);
  }

  private ref(shape: StepShape, key: string, kind: ObjectKind): Ref {
    return this.refOf(shape, key, [kind]).ref;
  }

  /** What is received from, and the type of what comes: of a ticker an instant. */
  private source(shape: StepShape): { readonly from: Ref; readonly type: ValueType } {
    const { kind, ref } = this.refOf(shape, 'from', ['channel', 'ticker']);
    return { from: ref, type: kind === 'ticker' ? 'duration' : 'int' };
  }

  /** A local that the step introduces in the block it stands in; `_` is none. */
  private introduced(shape: StepShape, key: string, type: ValueType): Target | null {
    const node = shape.keys.get(key);
    if (node === undefined) return null;
    const scalar = scalarField(node, 'a name', this.env);
    if (scalar === null || scalar.text === '_' || !this.env.names.isName(scalar, 'local')) return null;
    return this.env.scope.introduce(scalar.text, type);
  }

  /** A name that using it declares. */
  private name(shape: StepShape): string {
    const node = shape.keys.get('name');
    const scalar = node === undefined ? null : scalarField(node, 'a name', this.env);
    if (scalar === null) return '';
    const name = constantText(scalar, this.env);
    if (name.length > LONGEST_NAME) {
      this.env.diagnostics.error(scalar.place, `a name of ${name.length} characters: ${LONGEST_NAME} is the most`);
    } else if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) {
      this.env.diagnostics.error(scalar.place, `${quoted(name)} is not a name: letters, digits, _ and -`);
    }
    return name;
  }

  private sent(shape: StepShape): Expr {
    // A duration travels as its nanoseconds.
    return this.value(shape, 'value', ['int', 'duration']);
  }

  // ---- steps with rules of their own

  private syscall(shape: StepShape): Step {
    const { place, keys } = shape;
    const raw = keys.get('raw');
    const cpu = keys.has('cpu') ? this.quantity(shape, 'cpu') : null;
    return { place, op: 'syscall', for: this.quantity(shape, 'for'), cpu, raw: raw !== undefined && flagField(raw, this.env) };
  }

  private afterFunc(shape: StepShape): Step | null {
    const { place, keys } = shape;
    const timer = keys.has('timer') ? this.ref(shape, 'timer', 'timer') : null;
    const after = this.quantity(shape, 'after', true);
    const inline = keys.get('do');
    return inline === undefined ? null : { place, op: 'afterFunc', timer, after, ...this.inlineBody(inline, shape) };
  }

  private resetTimer(shape: StepShape): Step | null {
    const entry = this.singleEntry(shape.keys.get('reset'), '"resetTimer" takes one timer and a duration, as {t: 5ms}');
    if (entry === null) return null;
    const timer = refField(entry.key, ['timer', 'ticker'], this.env).ref;
    return { place: shape.place, op: 'resetTimer', timer, after: quantityField(entry.value, this.env, true) };
  }

  private sleep(shape: StepShape): Step {
    const { place, keys } = shape;
    const until = keys.get('until');
    if (until !== undefined && keys.has('for')) this.env.diagnostics.error(place, '"sleep" has "for" or "until", not both');
    if (until === undefined && !keys.has('for')) this.env.diagnostics.error(place, '"sleep" needs "for" or "until"');
    if (until !== undefined) return { place, op: 'sleepUntil', until: instantField(until, this.env) };
    return { place, op: 'sleep', for: this.quantity(shape, 'for', true) };
  }

  private select(shape: StepShape): Step {
    const { place } = shape;
    const { diagnostics } = this.env;
    const node = shape.keys.get('cases');
    const cases: SelectCase[] = [];
    let otherwise: Steps | null = null;
    if (node?.kind !== 'seq') {
      if (node !== undefined) diagnostics.error(node.place, 'a list of cases belongs here');
      return { place, op: 'select', cases, default: otherwise };
    }
    for (const item of node.items) {
      const isWord = item.kind === 'scalar' && item.text === 'default';
      const entry = item.kind === 'map' ? item.entries.find(({ key }) => key.text === 'default') : undefined;
      if (isWord || entry !== undefined) {
        if (otherwise !== null) diagnostics.error(item.place, 'a second default in one select');
        otherwise = entry === undefined ? [] : this.defaultCase(item as Mapping, entry.value);
      } else {
        const one = this.selectCase(item);
        if (one !== null) cases.push(one);
      }
    }
    return { place, op: 'select', cases, default: otherwise };
  }

  private defaultCase(item: Mapping, value: Node): Steps {
    for (const { key, value: other } of item.entries) {
      if (key.text === 'do' && isNull(value)) return this.steps(other);
      if (key.text !== 'default') this.env.diagnostics.error(key.place, `unknown key ${quoted(key.text)} beside "default"`);
    }
    return isNull(value) ? [] : this.steps(value);
  }

  private selectCase(node: Node): SelectCase | null {
    const { diagnostics } = this.env;
    const own = node.kind === 'map' ? node.entries.find(({ key }) => CASES.has(key.text)) : undefined;
    if (node.kind !== 'map' || own === undefined) {
      const name = node.kind === 'map' ? node.entries[0]?.key.text : node.kind === 'scalar' ? node.text : '';
      diagnostics.error(node.place, `${name ? `${quoted(name)} is not a case of select` : 'a case belongs here'}`, CASES_NOTE);
      return null;
    }
    const kind = own.key.text as 'recv' | 'send' | 'after';
    const keys = new Map<string, Node>();
    const beside = (CASES.get(kind)?.beside ?? []).map((one) => one.name);
    for (const entry of node.entries) {
      const name = entry.key.text;
      if (entry === own) continue;
      if (beside.includes(name)) keys.set(name, entry.value);
      else diagnostics.error(entry.key.place, `unknown key ${quoted(name)} beside ${quoted(kind)}`, `there are ${beside.join(', ')}`);
    }
    const shape: StepShape = { ...caseShape(kind, own.value, keys, this.env), place: own.key.place };
    return this.env.scope.block(() => this.builtCase(kind, shape));
  }

  private builtCase(kind: SelectCase['kind'], shape: StepShape): SelectCase {
    const { place } = shape;
    const steps = (): Steps => this.steps(shape.keys.get('do'));
    switch (kind) {
      case 'recv': {
        const { from, type } = this.source(shape);
        return { place, kind, from, as: this.introduced(shape, 'as', type), ok: this.introduced(shape, 'ok', 'bool'), do: steps() };
      }
      case 'send':
        return { place, kind, to: this.ref(shape, 'to', 'channel'), value: this.sent(shape), do: steps() };
      case 'after':
        return { place, kind, after: this.quantity(shape, 'for', true), do: steps() };
    }
  }

  private add(shape: StepShape): Step | null {
    const entry = this.singleEntry(shape.keys.get('wg'), '"add" takes one waitgroup and its number, as {wg: 3}');
    if (entry === null) return null;
    const wg = refField(entry.key, ['waitgroup'], this.env).ref;
    return { place: shape.place, op: 'add', wg, delta: valueField(entry.value, ['int'], this.env) };
  }

  private singleEntry(node: Node | undefined, expected: string): { key: Scalar; value: Node } | null {
    if (node === undefined) return null;
    if (node.kind === 'map' && node.entries.length === 1) return node.entries[0];
    const second = node.kind === 'map' ? node.entries[1] : undefined;
    this.env.diagnostics.error(second?.key.place ?? node.place, expected, second === undefined ? null : 'write a step for each');
    return null;
  }

  private set(shape: StepShape): Step | null {
    const { scope, names, diagnostics } = this.env;
    const { place } = shape;
    const entry = this.singleEntry(shape.keys.get('assignment'), '"set" takes one name and its value, as {n: 1}');
    if (entry === null) return null;
    const name = entry.key.text.trim();
    const local = scope.find(name);
    if (local !== null) {
      const value = readValue(entry.value, ['int', 'duration', 'bool'], this.env);
      if (value !== null && value.type !== local.type) {
        diagnostics.error(entry.value.place, `${quoted(name)} is ${TYPE_NAMES[local.type]} and cannot become ${TYPE_NAMES[value.type]}`);
      }
      return { place, op: 'setLocal', target: target(local, false), value: value ?? constant(local.type, 0, place) };
    }
    if (names.params.has(name)) {
      diagnostics.error(entry.key.place, `the param ${quoted(name)} stays as it is during a run`, 'a var can change');
      return null;
    }
    if (name.includes('[') || names.find('var', name) !== null) {
      return {
        place,
        op: 'setVar',
        var: refField(entry.key, ['var'], this.env).ref,
        value: valueField(entry.value, ['int', 'duration'], this.env),
      };
    }
    const value = valueField(entry.value, ['int', 'duration', 'bool'], this.env);
    if (!names.isName(entry.key, 'local')) return null;
    return { place, op: 'setLocal', target: scope.introduce(name, value.type, entry.key.place), value };
  }

  private repeat(shape: StepShape): Step {
    const { place } = shape;
    if (!shape.isShort) {
      const as = shape.keys.get('as');
      if (as !== undefined) this.env.diagnostics.error(as.place, 'a loop for some time has no number of rounds to give a name');
      return { place, op: 'repeatFor', for: this.quantity(shape, 'for', true), do: this.loop(shape.keys.get('do')) };
    }
    const node = shape.keys.get('count');
    if (node?.kind === 'scalar' && /^\d.*[a-zµμ]$/.test(node.text) && typeof parseDuration(node.text) === 'number') {
      this.env.diagnostics.error(
        node.place,
        'a number of rounds belongs here, not a duration',
        `rounds for some time are "repeat: {for: ${node.text}}"`,
      );
      return { place, op: 'forever', do: this.loop(shape.keys.get('do')) };
    }
    const count = this.value(shape, 'count', ['int']);
    return this.env.scope.block(() => ({
      place,
      op: 'repeat' as const,
      count,
      as: this.introduced(shape, 'as', 'int'),
      do: this.loop(shape.keys.get('do')),
    }));
  }

  private leaveLoop(op: 'break' | 'continue', shape: StepShape): Step | null {
    const { place } = shape;
    const { diagnostics } = this.env;
    const innermost = this.around[this.around.length - 1];
    if (innermost === 'loop') return { place, op };
    if (innermost === undefined) diagnostics.error(place, `${quoted(op)} outside of a loop`);
    else diagnostics.error(place, `${quoted(op)} cannot leave the function that a once runs`);
    return null;
  }

  private choose(shape: StepShape): Step {
    const { diagnostics } = this.env;
    const { place } = shape;
    const node = shape.keys.get('choices');
    const items = node?.kind === 'seq' ? node.items : [];
    if (node !== undefined && items.length === 0) diagnostics.error(node.place, 'a list of {weight: 3, do: […]} belongs here');
    const choices = items.map((item) => {
      const keys = new Map<string, Node>();
      if (item.kind === 'map') readKeys(item, 'choose', CHOICE_KEYS, keys, diagnostics);
      const weight = keys.get('weight');
      if (weight === undefined || !keys.has('do'))
        diagnostics.error(item.place, 'a choice needs "weight" and "do"', 'as in {weight: 3, do: […]}');
      return { weight: weight === undefined ? 1 : this.weight(weight), do: this.steps(keys.get('do')) };
    });
    return { place, op: 'choose', choices };
  }

  private weight(node: Node): number {
    const scalar = scalarField(node, 'a number', this.env);
    if (scalar === null) return 1;
    const text = constantText(scalar, this.env);
    const weight = decimalOf(text);
    if (weight !== null && weight > 0 && weight <= 1e9) return weight;
    const found = weight === null ? quoted(scalar.text) : text;
    this.env.diagnostics.error(scalar.place, `a weight is a number above 0 and up to 1000000000, not ${found}`);
    return 1;
  }

  private span(shape: StepShape): Step {
    const { place, keys } = shape;
    const { diagnostics } = this.env;
    const name = this.name(shape);
    const since = keys.get('since');
    if (since === undefined) {
      if (!keys.has('do')) diagnostics.error(place, '"span" needs "do", the steps to measure, or "since", an instant');
      return { place, op: 'span', name, do: this.steps(keys.get('do')) };
    }
    if (keys.has('do')) diagnostics.error(place, '"span" has "do" or "since", not both');
    return { place, op: 'spanSince', name, since: instantField(since, this.env) };
  }

  // ---- goroutines

  private given(node: Node | undefined): Given[] {
    if (node === undefined) return [];
    if (node.kind !== 'map') {
      this.env.diagnostics.error(node.place, 'arguments belong here, as {name: value}');
      return [];
    }
    return node.entries
      .filter(({ key }) => this.env.names.isName(key, 'argument'))
      .map(({ key, value }) => ({ key, value: valueField(value, ['int', 'duration', 'bool'], this.env) }));
  }

  private go(shape: StepShape): Step | null {
    const { place, keys } = shape;
    const { diagnostics, scope } = this.env;
    const run = keys.get('run');
    const inline = keys.get('do');
    if ((run === undefined) === (inline === undefined)) {
      diagnostics.error(place, run === undefined ? '"go" needs "run", the body to start, or "do"' : '"go" has "run" or "do", not both');
      return null;
    }
    const count = keys.has('count') ? this.value(shape, 'count', ['int']) : null;
    const as = keys.get('as');
    if (as !== undefined && count === null) diagnostics.error(as.place, '"as" names the counter of the loop that "count" makes');
    // The counter lives in the loop of this statement.
    return scope.block(() => {
      const index = this.introduced(shape, 'as', 'int');
      const wg = keys.has('wg') ? this.ref(shape, 'wg', 'waitgroup') : null;
      const recover = keys.has('recover') && flagField(keys.get('recover')!, this.env);
      const given = this.given(keys.get('with'));
      const rest = { count, index, wg, recover };
      if (inline !== undefined) {
        if (keys.has('with')) diagnostics.error(keys.get('with')!.place, '"with" is for a body: steps in place see the names around');
        return { place, op: 'go' as const, ...this.inlineBody(inline, shape), ...rest };
      }
      if (index !== null && as?.kind === 'scalar') {
        const twin = given.find(({ key }) => key.text === index.name);
        const local = scope.find(index.name);
        if (twin !== undefined) diagnostics.error(twin.key.place, `the argument ${quoted(index.name)} is given by "as" already`);
        else if (local !== null) given.push({ key: as, value: useOf(local, as.place) });
      }
      return { place, op: 'go' as const, ...this.bodies.resolve(run!, given, 'go', scope.name), ...rest };
    });
  }

  /** Steps in place: a body whose arguments are the names it takes from here. */
  private inlineBody(node: Node, shape: StepShape): { readonly body: string; readonly with: readonly Argument[] } {
    const { scope } = this.env;
    const inner = new FunctionScope(scope.nextInlineName(), scope);
    const reader = new StepReader({ ...this.env, scope: inner }, this.bodies, this.depth);
    const steps = reader.topSteps(node);
    const body: Body = { name: inner.name, ...inner.complete(), steps, place: shape.place };
    this.inlineBodies.push(body);
    for (const one of reader.inlineBodies) this.inlineBodies.push(one);
    if (inner.takesTooMany) this.env.diagnostics.error(shape.place, 'these steps in place take too many names from around them');
    const copied = inner.captured.map(({ inner: to, outer }) => ({ name: to.name, slot: to.slot, value: useOf(outer, shape.place) }));
    return { body: inner.name, with: copied };
  }
}

const CASES_NOTE = 'cases are {recv: a, as: v, do: […]}, {send: b, do: […]}, {after: 1ms, do: […]}, default or {default: […]}';

/** A case of select as the step it looks like: `{recv: {from: a, as: v}}` and `{recv: a, as: v}` are the same. */
function caseShape(kind: 'recv' | 'send' | 'after', value: Node, beside: ReadonlyMap<string, Node>, env: Env): Omit<StepShape, 'place'> {
  const entries = [{ key: { kind: 'scalar' as const, text: kind, plain: true, place: value.place, inset: -1 }, value }];
  if (kind === 'after') {
    const keys = new Map(beside);
    keys.set('for', value);
    return { spec: { name: kind, group: 'channels', doc: '' }, keys, isShort: true };
  }
  const own = shapeOf({ kind: 'map', entries, place: value.place }, env.diagnostics);
  if (own === null) throw new Error(`steps: no shape for the case ${kind}`);
  const keys = new Map(own.keys);
  for (const [name, node] of beside) keys.set(name, node);
  return { ...own, keys };
}
