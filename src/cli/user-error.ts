// What the user of a command got wrong: told on a line or two, exit code 2.

export class UserError extends Error {
  readonly file: string | null;
  readonly note: string | null;

  constructor(message: string, file: string | null = null, note: string | null = null) {
    super(message);
    this.file = file;
    this.note = note;
  }
}

/** As it is told, on two lines at most. */
export function userErrorText({ file, message, note }: UserError): string {
  return `${file === null ? 'gosim: ' : `${file}: `}error: ${message}\n${note === null ? '' : `  note: ${note}\n`}`;
}
