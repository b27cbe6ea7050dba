// How the project's code is bundled into one file: the command, and what is measured of it. rolldown, not esbuild, for what it leaves
// of constants: top-level `const` stays what it is, and those of other modules are inlined, so that switches over opcodes
// and states become jump tables. esbuild makes `var` of them, which V8 reads anew each time (a ring of 10,000 goroutines took 15 % longer).

import { rolldown } from 'rolldown';

/**
 * Bundles `input`, with its dependencies, as one module for Node, whose threads load it too. Paths are absolute. Resolves to the
 * paths of what is in it.
 */
export async function bundle(input, outfile) {
  const bundled = await rolldown({
    input,
    platform: 'node',
    optimization: { inlineConst: { mode: 'all', pass: 3 } },
    logLevel: 'warn',
  });
  const { output } = await bundled.write({ file: outfile, format: 'esm', codeSplitting: false });
  await bundled.close();
  return output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
}
