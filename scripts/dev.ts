// `npm run dev -- run x.yaml`: the command straight from its sources, without a build.
import { main } from '../src/cli/main.ts';

process.exitCode = await main(process.argv);
