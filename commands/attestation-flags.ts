import { string as text } from "@oclif/core/flags";
import type { Attestation } from "../src/flows/verify-bundle.ts";
import type { Tool } from "../src/flows/verification-report.ts";

const helpGroup = "ATTESTATION";

/** What says of a PASS to others what was verified. */
export const attestationFlags = {
  attest: text({
    summary: "After PASS, sign what was verified for others: a SLSA verification summary, and properties.",
    helpGroup,
    helpValue: "FILE|env:NAME",
    dependsOn: ["attest-to"],
  }),
  "attest-to": text({
    summary: "The new folder for these statements.",
    helpGroup,
    helpValue: "DIR",
    dependsOn: ["attest"],
  }),
  "passphrase-file": text({
    summary: "Passphrase of that key.",
    helpGroup,
    helpValue: "FILE|fd:N",
    dependsOn: ["attest"],
  }),
};

export interface AttestationFlags {
  readonly attest: string | undefined;
  readonly "attest-to": string | undefined;
  readonly "passphrase-file": string | undefined;
}

/** What reads keys is loaded for those who attest. */
export async function attestationOf(
  flags: AttestationFlags,
  tool: Tool,
  command: string,
): Promise<Attestation | undefined> {
  const { attest: key, "attest-to": to, "passphrase-file": passphraseFile } = flags;
  if (key === undefined || to === undefined) return undefined;
  const { openAttest } = await import("../src/flows/attest-verification.ts");
  return { to, attest: await openAttest({ tool, command, key, passphraseFile }) };
}
