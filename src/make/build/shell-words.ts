const PLAIN_WORD = /^[A-Za-z0-9_@%+:,./=-]+$/;

/** One word for POSIX sh that stands for exactly this text. */
export function shellWord(text: string): string {
  return PLAIN_WORD.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `NAME=value`; the name must not be quoted, or sh would take the word for a program. */
export function shellAssignment(name: string, value: string): string {
  return `${name}=${value === "" ? "" : shellWord(value)}`;
}
