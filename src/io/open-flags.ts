import { constants } from "node:fs";

// Windows has neither flag: there they are undefined, and the type does not say so.
const flags: readonly (number | undefined)[] = [constants.O_NOFOLLOW, constants.O_NONBLOCK];

/**
 * To open what a stranger may have named: no link is followed, and a named pipe that nobody writes to is opened like a
 * file, so that it can be refused, instead of holding the reader for ever.
 */
export const READ_FLAGS: number = flags.reduce<number>((all, flag) => all | (flag ?? 0), constants.O_RDONLY);
