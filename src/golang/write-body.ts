// A body as a Go function. Blocks are Go's own; the two that Go has not, spans and the body of a `once` (a function of
// its own there), are left by the same door from every exit: `break`, `continue` and `return` in them do first what the
// block's end does.

import type { Body, SelectCase, Step, Steps, Target } from '../scenario/model.ts';
import type { GoExpr } from './go-expr.ts';
import { atom, binary, call, integer, method, printGo, printList } from './go-expr.ts';
import type { Names } from './names.ts';
import type { Usage } from './usage.ts';
import { live, usageOf } from './usage.ts';
import type { Received, Receiver } from './write-received.ts';
import { assignment, ranged, received } from './write-received.ts';
import type { Program } from './write-values.ts';
import { goString, placeText, Values } from './write-values.ts';

type StepOf<Op extends Step['op']> = Extract<Step, { readonly op: Op }>;
type Exit = 'break' | 'continue' | 'return';

type Block =
  | { readonly kind: 'loop'; readonly label: string; labelled: boolean }
  | { readonly kind: 'switch' } // Go's break would leave this instead of the loop around it
  | { readonly kind: 'span'; readonly name: string; readonly began: string }
  | { readonly kind: 'once'; readonly variable: string; readonly exits: Set<Exit> };

const GO_TYPES = { int: 'int64', duration: 'int64', bool: 'bool' } as const;

/** The function of a body, as lines. */
export function writeBody(body: Body, program: Program): string[] {
  return new Writer(body, program).function();
}

/** Parameters of a body's function: `g *goroutine, req int64`, and their names. */
function parameters(body: Body, program: Program): { list: string; names: string[] } {
  const inner = program.names.names.inner();
  const names = body.params.map((param) => inner.give(param.name));
  const list = body.params.map((param, i) => `${names[i]} ${GO_TYPES[param.type]}`);
  if (program.hasG) list.unshift('g *goroutine');
  return { list: list.join(', '), names };
}

class Writer {
  private readonly body: Body;
  private readonly program: Program;
  private readonly usage: Usage;
  private readonly names: Names;
  private readonly locals: string[];
  private readonly values: Values;
  private readonly receiver: Receiver;
  private readonly blocks: Block[] = [];
  private lines: string[] = [];
  private indent = 1;

  constructor(body: Body, program: Program) {
    this.body = body;
    this.program = program;
    this.usage = usageOf(body);
    this.names = program.names.names.inner();
    this.locals = body.locals.map((local) => this.names.give(local.name));
    this.values = new Values(program, this.locals);
    this.receiver = { program, usage: this.usage, names: this.names, locals: this.locals };
  }

  function(): string[] {
    const declared = this.body.locals.flatMap((local, slot) =>
      this.usage.declared.has(slot) && this.usage.read.has(slot) ? [`\tvar ${this.locals[slot]} ${GO_TYPES[local.type]}`] : [],
    );
    this.steps(this.body.steps);
    const { list } = parameters(this.body, this.program);
    return [`func ${this.function_(this.body.name)}(${list}) {`, ...declared, ...this.lines, '}'];
  }

  private function_(body: string): string {
    const found = this.program.names.bodies.get(body);
    if (found === undefined) throw new Error(`export: no body ${body}`);
    return found;
  }

  // ---- lines

  private line(text: string, indent = this.indent): void {
    this.lines.push('\t'.repeat(indent) + text);
  }

  private run(expr: GoExpr): void {
    this.line(printGo(expr));
  }

  /** A block in braces: what opens it, its content, and the brace that closes it. */
  private braces(open: string, content: () => void, close = '}'): void {
    this.line(open);
    this.indent++;
    content();
    this.indent--;
    this.line(close);
  }

  /** What `content` writes, without having written it. */
  private aside(content: () => void): string[] {
    const before = this.lines;
    this.lines = [];
    content();
    const written = this.lines;
    this.lines = before;
    return written;
  }

  // ---- steps

  private steps(steps: Steps): void {
    for (const step of live(steps)) this.step(step);
  }

  private step(step: Step): void {
    const { values, program } = this;
    switch (step.op) {
      case 'cpu':
        program.parts.add('cpu');
        this.run(call(step.calls ? 'cpu' : 'cpuTight', values.quantity(step.for)));
        break;
      case 'syscall':
        this.syscall(step);
        break;
      case 'cgo':
        program.parts.add('kernelCPU');
        this.run(call('burnInKernel', values.quantity(step.for)));
        break;
      case 'net':
        program.parts.add('netWait');
        this.run(call('netWait', values.quantity(step.for)));
        break;
      case 'sleep':
        program.imports.add('time');
        this.run(call('time.Sleep', values.duration(step.for)));
        break;
      case 'sleepUntil':
        program.imports.add('time');
        this.run(call('time.Sleep', call('time.Duration', binary('-', values.expr(step.until), call('now')))));
        break;
      case 'send':
        this.line(`${printGo(values.ref('channel', step.to))} <- ${printGo(values.expr(step.value))}`);
        break;
      case 'recv': {
        const { head, after } = received(this.receiver, step.from, step.as, step.ok);
        this.line(head + printGo(values.ref('channel', step.from)));
        for (const line of after) this.line(line);
        break;
      }
      case 'accept': {
        const accepted = printGo(method(values.ref('listener', step.from), 'accept'));
        const isRead = step.as !== null && this.usage.read.has(step.as.slot);
        this.line(isRead ? `${this.locals[step.as.slot]} ${this.assignment(step.as)} ${accepted}` : accepted);
        break;
      }
      case 'reply': {
        program.parts.add(program.loops.length > 0 ? 'reply' : 'noReply');
        this.run(call('reply', values.expr(step.to), ...program.loops.map((name) => atom(name))));
        break;
      }
      case 'close':
        this.run(call('close', values.ref('channel', step.channel)));
        break;
      case 'range':
        this.range(step);
        break;
      case 'select':
        this.select(step);
        break;
      case 'lock':
      case 'unlock':
        this.run(method(values.ref(step.on, step.lock), step.op === 'lock' ? 'Lock' : 'Unlock'));
        break;
      case 'rlock':
      case 'runlock':
        this.run(method(values.ref('rwmutex', step.lock), step.op === 'rlock' ? 'RLock' : 'RUnlock'));
        break;
      case 'add':
        this.run(method(values.ref('waitgroup', step.wg), 'Add', values.int(step.delta)));
        break;
      case 'done':
      case 'wait':
        this.run(method(values.ref('waitgroup', step.wg), step.op === 'done' ? 'Done' : 'Wait'));
        break;
      case 'condWait':
      case 'signal':
      case 'broadcast': {
        const name = { condWait: 'Wait', signal: 'Signal', broadcast: 'Broadcast' }[step.op];
        this.run(method(values.ref('cond', step.cond), name));
        break;
      }
      case 'once':
        this.once(step);
        break;
      case 'go':
        this.go(step);
        break;
      case 'call': {
        const args = step.with.map((argument) => values.expr(argument.value));
        this.run(call(this.function_(step.body), ...(program.hasG ? [atom('g')] : []), ...args));
        break;
      }
      case 'afterFunc':
        this.afterFunc(step);
        break;
      case 'stopTimer':
        this.run(method(values.ref('timer', step.timer), 'Stop'));
        break;
      case 'resetTimer':
        this.run(method(values.ref('timer', step.timer), 'Reset', values.duration(step.after)));
        break;
      case 'read':
      case 'write':
        this.run(method(values.ref('pipe', step.pipe), step.op));
        break;
      case 'repeat':
        this.repeat(step);
        break;
      case 'repeatFor':
        this.repeatFor(step);
        break;
      case 'forever':
        this.loop('for', step.do);
        break;
      case 'while':
        this.loop(`for ${printGo(values.expr(step.while))}`, step.do);
        break;
      case 'if':
        this.if(step);
        break;
      case 'break':
      case 'continue':
      case 'return':
        this.leave(step.op);
        break;
      case 'setVar':
        this.setVar(step);
        break;
      case 'setLocal': {
        const { slot } = step.target;
        if (!this.usage.read.has(slot)) this.line(`_ = ${printGo(values.expr(step.value))}`);
        else this.line(`${this.locals[slot]} ${this.assignment(step.target)} ${printGo(values.typed(step.value))}`);
        break;
      }
      case 'choose':
        this.choose(step);
        break;
      case 'log':
        program.parts.add('log');
        this.run(method(atom('g'), 'log', values.text(step.text)));
        break;
      case 'span':
        this.span(step);
        break;
      case 'spanSince':
        program.parts.add('span');
        this.run(call('span', atom(goString(step.name)), values.expr(step.since)));
        break;
      case 'gosched':
      case 'goexit':
      case 'lockOSThread':
      case 'unlockOSThread': {
        const name = { gosched: 'Gosched', goexit: 'Goexit', lockOSThread: 'LockOSThread', unlockOSThread: 'UnlockOSThread' }[step.op];
        program.imports.add('runtime');
        this.run(call(`runtime.${name}`));
        break;
      }
      case 'panic':
        this.run(call('panic', values.text(step.text)));
        break;
      case 'exit':
        program.imports.add('os');
        this.run(call('finished', atom('"exit"')));
        if (program.parts.has('trace') || program.parts.has('horizon')) this.run(call('stopTrace'));
        this.run(call('os.Exit', values.int(step.code)));
        break;
    }
  }

  private syscall(step: StepOf<'syscall'>): void {
    if (step.raw) {
      this.program.parts.add('raw');
      const cpu = step.cpu === null ? [] : [this.values.quantity(step.cpu)];
      if (step.cpu !== null) this.program.parts.add('rawCPU');
      this.run(call(step.cpu === null ? 'blockRaw' : 'computeRaw', this.values.quantity(step.for), ...cpu));
      return;
    }
    if (step.cpu !== null) {
      this.program.parts.add('kernelCPU');
      this.run(call('compute', this.values.quantity(step.for), this.values.quantity(step.cpu)));
      return;
    }
    this.program.parts.add('block');
    this.run(call('block', this.values.quantity(step.for)));
  }

  private setVar(step: StepOf<'setVar'>): void {
    const { value } = step;
    const target: GoExpr = { is: 'unary', op: '&', operand: this.values.ref('var', step.var) };
    // `v + n` into v is one step in the simulator; loading and storing apart would lose updates
    if (value.kind === 'binary' && (value.op === '+' || value.op === '-') && value.left.kind === 'var') {
      const { ref } = value.left;
      if (ref.name === step.var.name && printGo(this.values.ref('var', ref)) === printGo(this.values.ref('var', step.var))) {
        this.program.parts.add('checkedVar');
        const right = this.values.expr(value.right);
        const delta: GoExpr = value.op === '+' ? right : { is: 'unary', op: '-', operand: right };
        this.run(call('addTo', target, delta, placeText(value.place)));
        return;
      }
    }
    this.program.imports.add('sync/atomic');
    this.run(call('atomic.StoreInt64', target, this.values.expr(value)));
  }

  private assignment(target: Target): '=' | ':=' {
    return assignment(this.receiver, target);
  }

  // ---- loops

  private loop(open: string, steps: Steps, before: readonly string[] = []): void {
    const block: Block = { kind: 'loop', label: this.names.give('loop'), labelled: false };
    this.blocks.push(block);
    const written = this.aside(() =>
      this.braces(`${open} {`, () => {
        for (const line of before) this.line(line);
        this.steps(steps);
      }),
    );
    this.blocks.pop();
    if (block.labelled) this.line(`${block.label}:`, this.indent - 1);
    for (const line of written) this.lines.push(line);
  }

  /** The head of a loop over 0 .. count - 1; what must stand before it is written. */
  private counting(counter: string, assign: '=' | ':=', count: GoExpr, isConstant: boolean): string {
    let limit = count;
    if (!isConstant) {
      limit = atom(this.names.give('n'));
      this.line(`${printGo(limit)} := ${printGo(count)}`);
    }
    const start = assign === ':=' ? 'int64(0)' : '0';
    return `for ${counter} ${assign} ${start}; ${printGo(binary('<', atom(counter), limit))}; ${counter}++`;
  }

  private repeat(step: StepOf<'repeat'>): void {
    const { as } = step;
    const isRead = as !== null && this.usage.read.has(as.slot);
    const isCounter = isRead && as.introduces && !this.usage.assigned.has(as.slot) && !this.usage.declared.has(as.slot);
    const counter = isCounter ? this.locals[as.slot] : this.names.give('round');
    const before = isRead && !isCounter ? [`${this.locals[as.slot]} ${this.assignment(as)} ${counter}`] : [];
    const open = this.counting(counter, ':=', this.values.expr(step.count), step.count.kind === 'const');
    this.loop(open, step.do, before);
  }

  private repeatFor(step: StepOf<'repeatFor'>): void {
    const end = this.names.give('end');
    const duration = step.for.kind === 'value' && step.for.value.kind === 'const' ? this.values.quantity(step.for) : null;
    this.line(`${end} := ${printGo(binary('+', call('now'), duration ?? this.values.quantity(step.for)))}`);
    this.loop(`for ${printGo(binary('<', call('now'), atom(end)))}`, step.do);
  }

  private range(step: StepOf<'range'>): void {
    const { head, after } = ranged(this.receiver, step.from, step.as);
    this.loop(`${head} ${printGo(this.values.ref('channel', step.from))}`, step.do, after);
  }

  // ---- leaving blocks

  private leave(exit: Exit): void {
    let isPlain = true; // Go's own break would do
    for (const block of this.blocks.toReversed()) {
      if (block.kind === 'loop') {
        if (exit === 'return') continue;
        if (exit === 'break' && !isPlain) {
          block.labelled = true;
          this.line(`break ${block.label}`);
        } else this.line(exit);
        return;
      }
      if (block.kind === 'switch') isPlain = false;
      else if (block.kind === 'span') this.endSpan(block);
      else {
        block.exits.add(exit);
        this.line(`${block.variable} = ${goString(exit)}`);
        this.line('return');
        return;
      }
    }
    this.line('return');
  }

  private once(step: StepOf<'once'>): void {
    const block: Block = { kind: 'once', variable: this.names.give('leave'), exits: new Set() };
    const open = `${this.values.object('once', step.once)}.Do(func() {`;
    this.blocks.push(block);
    const written = this.aside(() => this.braces(open, () => this.steps(step.do), '})'));
    this.blocks.pop();
    if (block.exits.size > 0) this.line(`${block.variable} := ""`);
    for (const line of written) this.lines.push(line);
    for (const exit of block.exits) {
      this.braces(`if ${printGo(binary('==', atom(block.variable), atom(goString(exit))))} {`, () => this.leave(exit));
    }
  }

  private span(step: StepOf<'span'>): void {
    this.program.parts.add('span');
    const block: Block = { kind: 'span', name: step.name, began: this.names.give('began') };
    this.line(`${block.began} := now()`);
    this.blocks.push(block);
    this.steps(step.do);
    this.blocks.pop();
    const last = live(step.do).at(-1)?.op;
    if (last === undefined || !['break', 'continue', 'return', 'goexit', 'panic', 'exit'].includes(last)) this.endSpan(block);
    else if (['goexit', 'panic', 'exit'].includes(last)) this.line(`_ = ${block.began}`);
  }

  private endSpan(block: Extract<Block, { kind: 'span' }>): void {
    this.run(call('span', atom(goString(block.name)), atom(block.began)));
  }

  // ---- branches

  private if(step: StepOf<'if'>): void {
    this.line(`if ${printGo(this.values.expr(step.if))} {`);
    this.indent++;
    this.steps(step.do);
    this.indent--;
    if (step.else !== null && step.else.length > 0) {
      this.line('} else {');
      this.indent++;
      this.steps(step.else);
      this.indent--;
    }
    this.line('}');
  }

  private alternative(head: string, steps: Steps, before: readonly string[] = []): void {
    this.line(head);
    this.indent++;
    for (const line of before) this.line(line);
    this.steps(steps);
    this.indent--;
  }

  private choose(step: StepOf<'choose'>): void {
    this.program.parts.add('choose');
    const total = step.choices.reduce((sum, choice) => sum + choice.weight, 0);
    if (step.choices.length === 1) {
      this.run(call('g.choose', atom(String(total))));
      this.braces('{', () => this.steps(step.choices[0].do));
      return;
    }
    const drawn = this.names.give('drawn');
    this.blocks.push({ kind: 'switch' });
    this.line(`switch ${drawn} := g.choose(${total}); {`);
    let upTo = 0;
    for (const choice of step.choices) {
      upTo += choice.weight;
      this.alternative(choice === step.choices.at(-1) ? 'default:' : `case ${drawn} < ${upTo}:`, choice.do);
    }
    this.line('}');
    this.blocks.pop();
  }

  private select(step: StepOf<'select'>): void {
    if (step.cases.length === 0 && step.default === null) {
      this.line('select {}');
      return;
    }
    this.blocks.push({ kind: 'switch' });
    this.line('select {');
    for (const one of step.cases) {
      const { head, after } = this.caseHead(one);
      this.alternative(`case ${head}:`, one.do, after);
    }
    if (step.default !== null) this.alternative('default:', step.default);
    this.line('}');
    this.blocks.pop();
  }

  private caseHead(one: SelectCase): Received {
    switch (one.kind) {
      case 'recv': {
        const { head, after } = received(this.receiver, one.from, one.as, one.ok);
        return { head: head + printGo(this.values.ref('channel', one.from)), after };
      }
      case 'send':
        return { head: `${printGo(this.values.ref('channel', one.to))} <- ${printGo(this.values.expr(one.value))}`, after: [] };
      case 'after':
        return { head: `<-${printGo(call('time.After', this.values.duration(one.after)))}`, after: [] };
    }
  }

  // ---- goroutines

  private go(step: StepOf<'go'>): void {
    const { index } = step;
    const isRead = index !== null && this.usage.read.has(index.slot);
    if (step.count === null) {
      if (isRead) this.line(`${this.locals[index.slot]} ${this.assignment(index)} ${printGo(call('int64', integer(0)))}`);
      this.start(step, integer(0));
      return;
    }
    const counter = isRead ? this.locals[index.slot] : this.names.give('i');
    const assign = isRead ? this.assignment(index) : ':=';
    const open = this.counting(counter, assign, this.values.expr(step.count), step.count.kind === 'const');
    this.braces(`${open} {`, () => this.start(step, atom(counter)));
  }

  /** What the function needs is copied first: it may run much later, and more than once. */
  private afterFunc(step: StepOf<'afterFunc'>): void {
    const { program, values } = this;
    program.imports.add('time');
    const name = this.function_(step.body);
    const inner = this.names.inner();
    const copies = step.with.map((argument) => inner.give(`${argument.name}Copy`));
    const given = step.with.map((argument) => values.typed(argument.value));
    const child = (of: string): GoExpr => method(atom(of), 'child', atom(goString(step.body)), integer(0));
    const passed = copies.map(atom);
    if (program.hasG) {
      const parent = inner.give('parent');
      copies.unshift(parent);
      given.unshift(child('g'));
      passed.unshift(child(parent));
    }
    const run = copies.length === 0 ? name : `func() { ${printGo(call(name, ...passed))} }`;
    const kept = step.timer === null ? '' : `${printGo(values.ref('timer', step.timer))} = `;
    const start = `${kept}${printGo(call('time.AfterFunc', values.duration(step.after), atom(run)))}`;
    if (copies.length === 0) {
      this.line(start);
      return;
    }
    this.braces('{', () => {
      this.line(`${copies.join(', ')} := ${printList(given, copies.length > 1 ? 2 : 1)}`);
      this.line(start);
    });
  }

  private start(step: StepOf<'go'>, index: GoExpr): void {
    const { program, values } = this;
    const name = this.function_(step.body);
    const args = step.with.map((argument) => values.expr(argument.value));
    if (program.hasG) args.unshift(method(atom('g'), 'child', atom(goString(step.body)), index));
    if (step.wg === null && !step.recover) {
      this.line(`go ${printGo(call(name, ...args))}`);
      return;
    }
    const callee = program.bodies.get(step.body)!;
    const { list, names } = parameters(callee, program);
    const passed = [...(program.hasG ? ['g'] : []), ...names].map(atom);
    const wg = step.wg === null ? null : values.ref('waitgroup', step.wg);
    const byPointer = wg !== null && wg.is === 'index';
    const inner = program.names.names.inner();
    inner.reserve(names);
    const waitgroup = byPointer ? atom(inner.give('wg')) : wg;
    if (wg !== null) this.run(method(wg, 'Add', integer(1)));
    const extra = byPointer ? `${list === '' ? '' : ', '}${printGo(waitgroup!)} *sync.WaitGroup` : '';
    if (byPointer) args.push({ is: 'unary', op: '&', operand: wg });
    this.braces(
      `go func(${list}${extra}) {`,
      () => {
        if (waitgroup !== null) this.line(`defer ${printGo(method(waitgroup, 'Done'))}`);
        if (step.recover) this.line('defer func() { _ = recover() }()');
        this.run(call(name, ...passed));
      },
      `}(${printList(args, args.length > 1 ? 2 : 1)})`,
    );
  }
}
