// How the command is bundled: into one file, dist/cli.js, whose threads load it too. Tests bundle it in the same way.

/** Options of esbuild. Paths are those of the project's root. */
export function commandBundle(root, outfile) {
  return {
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'linked',
    // Opcodes and states are constants of other modules: inlined, their switches become jump tables.
    minifySyntax: true,
    // Dependencies in CommonJS call require(), which an ES module does not have.
    banner: { js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);" },
    logLevel: 'warning',
  };
}
