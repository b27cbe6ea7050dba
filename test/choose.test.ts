import { expect, it } from 'vitest';
import { runScenario } from '../src/cli/run-scenario.ts';
import { parseScenario } from '../src/scenario/load.ts';

it.each([
  [0.25, 1],
  [3, 7],
  [0.001, 0.003],
])('choose takes weights of %d and %d in their proportion', (first, second) => {
  const text = `
vars: {taken: 0}
goroutines:
  main:
    - repeat: 20000
      do:
        - choose:
            - {weight: ${first}, do: [{set: {taken: "\${taken + 1}"}}]}
            - {weight: ${second}, do: []}
    - log: "\${taken}"
`;
  const { result } = runScenario(parseScenario(text, 'choose.yaml').scenario!);
  const share = Number(result.log[0]!.text) / 20_000;
  expect(Math.abs(share - first / (first + second))).toBeLessThan(0.015);
});
