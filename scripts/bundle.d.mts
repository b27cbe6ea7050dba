export function bundle(input: string, outfile: string): Promise<string[]>;
