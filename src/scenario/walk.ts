// Visiting every step of a body, also those inside of others, in the order of the text.

import type { Step, Steps } from './model.ts';

/** The lists of steps directly inside of a step. */
export function innerSteps(step: Step): Steps[] {
  switch (step.op) {
    case 'select':
      return [...step.cases.map((one) => one.do), step.default ?? []];
    case 'choose':
      return step.choices.map((one) => one.do);
    case 'if':
      return [step.do, step.else ?? []];
    default:
      return 'do' in step ? [step.do] : [];
  }
}

export function forEachStep(steps: Steps, visit: (step: Step) => void): void {
  for (const step of steps) {
    visit(step);
    for (const inner of innerSteps(step)) forEachStep(inner, visit);
  }
}
