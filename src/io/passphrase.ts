import { decodeUtf8 } from "../formats/utf8.ts";
import { Failure } from "../model/failure.ts";
import { environmentVariable } from "./environment.ts";
import { ask, canAsk } from "./prompt.ts";
import { readDescriptor, readSecret } from "./secret-file.ts";

const MAX_PASSPHRASE_BYTES = 4096;

/**
 * The passphrase of a key: from a file that only its owner may read, or the open descriptor that `fd:N` names; else from
 * CAVRA_KEY_PASSPHRASE, else typed without echo. Never from a flag (other users see argv) and never asked for where
 * nobody can answer.
 */
export async function readPassphrase(
  file: string | undefined,
  question: string,
): Promise<string | undefined> {
  if (file !== undefined) {
    const bytes = await passphraseBytes(file);
    const text = decodeUtf8(bytes);
    if (text !== undefined) return text.replace(/\r?\n$/, "");
    throw new Failure("input", `the passphrase in ${file} is not UTF-8`, { at: file });
  }
  return (
    environmentVariable("CAVRA_KEY_PASSPHRASE") ?? (canAsk() ? ask(question, { hidden: true }) : undefined)
  );
}

/** Asks twice, for a passphrase that is being chosen. */
export async function choosePassphrase(file: string | undefined): Promise<string | undefined> {
  const first = await readPassphrase(file, "Passphrase for the new key: ");
  if (first === undefined || file !== undefined || environmentVariable("CAVRA_KEY_PASSPHRASE") !== undefined)
    return first;
  const second = await ask("The same passphrase again: ", { hidden: true });
  if (first !== second) throw new Failure("usage", "the two passphrases differ");
  return first;
}

async function passphraseBytes(file: string): Promise<Uint8Array> {
  const descriptor = /^fd:(\d{1,9})$/.exec(file)?.[1];
  return descriptor === undefined
    ? await readSecret(file, MAX_PASSPHRASE_BYTES)
    : readDescriptor(Number(descriptor), MAX_PASSPHRASE_BYTES);
}
