import { table } from "./markdown.ts";
import type { TrustTally } from "./trust-tools.ts";

export const TRUST_HEADING = "## Signatures, keys and tokens";

/** The section of docs/interop.md about who reads whose signatures and keys. */
export function trustSection({ tools, missing, rows, defects }: TrustTally, date: string): string {
  const verdicts = rows.map(({ tool, what, accepted, refused, changed }) => [
    tool,
    what,
    accepted ? "accepted" : "REFUSED",
    `${refused} of ${changed}`,
  ]);
  const absent = missing.length === 0 ? "" : `\nNot found, so not asked: ${missing.join(", ")}.`;
  return `${TRUST_HEADING}

${date}, ${defects.length} disagreements; by itself with \`npm run test:interop -- --only trust\`. What cavra writes is verified by the lines of OFFLINE-VERIFY.txt for Linux, typed into a shell
as they stand; what the tools write is read by cavra, under keys that they made and \`cavra keys import\` took over; SoftHSM2 signs through \`signer:FILE\` and pkcs11-tool. Each is asked again with single bytes
changed over the whole of the signature or of what it is about. Comments and frames that are signed by nobody are left out.

${table(["tool", "version"], tools)}
${absent}
${table(["who reads", "what", "as it is", "refused after a change"], verdicts)}

**A limit of pkcs11-tool 0.23:** with EDDSA it signs at most 1 KiB and fails on more, so a whole release is signed here with P-256 alone, whose digest is all that the token gets. Ed25519 in a token needs a program that sends
messages whole.

**Not run:** the lines for Windows PowerShell and for macOS (no such machine; tests hold their text), and cosign itself. Keys of cosign come from the library that it keeps them with
(\`fixtures/foreign-keys/\`).`;
}
