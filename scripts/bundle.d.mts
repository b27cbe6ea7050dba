import type { BuildOptions } from 'esbuild';

export function commandBundle(root: string, outfile: string): BuildOptions;
