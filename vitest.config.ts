import { defineConfig } from 'vitest/config';
import { PlainReporter } from './test/support/reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Starting an isolated worker for each file costs several times what the tests do. In return no test may leave global state behind.
    pool: 'threads',
    isolate: false,
    maxWorkers: '100%',
    // Golden files hold plain text, also those that child processes write.
    env: { FORCE_COLOR: '0', NO_COLOR: '1' },
    reporters: [new PlainReporter()],
    testTimeout: 60_000,
  },
});
