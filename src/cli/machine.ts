// The machine profiles that the command line names.

import type { MachineCosts } from '../scenario/machine-profile.ts';
import { readProfile } from '../scenario/machine-profile.ts';
import { readText } from './io.ts';
import { UserError } from './user-error.ts';

/** The costs in a profile. */
export function costsFromFile(file: string): MachineCosts {
  const profile = readProfile(readText(file));
  if (typeof profile === 'string') throw new UserError(profile, file, 'gosim calibrate -o FILE writes one');
  return profile;
}
