import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnvelope } from "../../src/formats/dsse.ts";
import { verifyRelease } from "../../src/flows/verify-release.ts";
import type { Envelope } from "../../src/model/envelope.ts";
import type { Policy } from "../../src/model/policy.ts";
import type { Report } from "../../src/model/report.ts";
import { testPolicy } from "./policy.ts";
import { SMALL_TOOL, smallTrust } from "./small-release.ts";

export const RELEASE_ENVELOPE = "release.dsse.json";

/** An envelope in the signature set of a package. */
export function envelopeAt(subject: string, name: string = RELEASE_ENVELOPE): Envelope {
  const read = parseEnvelope(name, readFileSync(join(`${subject}.sigs`, name)));
  if (!read.ok) throw new Error(read.reason);
  return read.value;
}

/** Puts a file into the signature set of a package. */
export function putSignature(subject: string, name: string, content: Uint8Array | string): void {
  writeFileSync(join(`${subject}.sigs`, name), content);
}

/** Judges a package under the envelope of a trust root. */
export async function judgeUnder(
  subject: string,
  root: Uint8Array,
  policy: Partial<Policy> = {},
): Promise<Report> {
  const { report } = await verifyRelease({
    tool: SMALL_TOOL,
    command: "release verify-go-package",
    path: subject,
    signaturesFolder: undefined,
    policy: testPolicy(policy),
    trust: smallTrust(root),
  });
  return report;
}
