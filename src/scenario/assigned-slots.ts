// Which locals change after they were introduced: a loop variable that does not may be the loop's own counter.

import type { Steps, Target } from './model.ts';

/** Slots of locals that some step assigns to after the step that introduced them. */
export function assignedSlots(steps: Steps): Set<number> {
  const slots = new Set<number>();
  const note = (target: Target | null): void => {
    if (target !== null && !target.introduces) slots.add(target.slot);
  };
  const visit = (list: Steps): void => {
    for (const step of list) {
      if (step.op === 'setLocal') note(step.target);
      if (step.op === 'recv') note(step.ok);
      if (step.op === 'recv' || step.op === 'range' || step.op === 'repeat' || step.op === 'accept') note(step.as);
      if (step.op === 'go') note(step.index);
      if (step.op === 'select') {
        for (const one of step.cases) {
          if (one.kind === 'recv') {
            note(one.as);
            note(one.ok);
          }
          visit(one.do);
        }
        visit(step.default ?? []);
      } else if (step.op === 'choose') {
        for (const choice of step.choices) visit(choice.do);
      } else if ('do' in step) {
        visit(step.do);
        if (step.op === 'if') visit(step.else ?? []);
      }
    }
  };
  visit(steps);
  return slots;
}
