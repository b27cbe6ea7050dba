// The exit codes of the commands that run scenarios, in the words of the README.

export const EXIT_CODES: Readonly<Record<string, string>> = {
  0: 'it ran, and every expectation held',
  1: 'an expectation failed, or the simulated program failed (deadlock, panic, …) and no expectation foresaw it; of several scenarios, one',
  2: 'the command line or the scenario is wrong, or a file cannot be read',
  3: 'gosim itself failed: a bug, please report it with the command that is printed',
  130: 'interrupted',
};
