import { ask, canAsk } from "../io/prompt.ts";
import { Failure } from "../model/failure.ts";

export interface Confirmation {
  /** SHA-256 in hex of what is about to be signed. */
  readonly digest: string;
  /** `--yes`: whoever runs this has read it before. */
  readonly isGiven: boolean;
  /** Whether what is about to be signed stands on the terminal now. */
  readonly wasShown: boolean;
}

const GROUP_DIGITS = 4;

/**
 * Returns when a person has typed the last group of the digest that was shown, or `--yes` says that they have read it. A key
 * to press would be pressed; four digits have to be looked for, and are wrong beside another root. Throws Failure.
 */
export async function confirmSigning({ digest, isGiven, wasShown }: Confirmation): Promise<void> {
  if (isGiven) return;
  if (!canAsk() || !wasShown) {
    throw new Failure("usage", "nobody is asked here whether this is meant to be signed", {
      hint: "read it with --dry-run, then sign with --yes",
    });
  }
  const typed = await ask("To sign, type the last four digits of the pin: ", { hidden: false });
  if (typed.trim().toLowerCase() === digest.slice(-GROUP_DIGITS)) return;
  throw new Failure("refused", "these are not the last digits of the pin, so nothing was signed", {
    hint: "compare the whole pin with the other holders first",
  });
}
