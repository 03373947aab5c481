import type { KitKey } from "../make/trust-kit.ts";
import type { ReleaseRole, TrustRoot } from "../model/trust-root.ts";

/** What OFFLINE-VERIFY.txt tells of a trust root and of the program that decides. */
export interface OfflineKit {
  readonly root: TrustRoot;
  readonly payloadSha256: string;
  readonly rootFile: string;
  readonly keys: readonly KitKey[];
  readonly verifier: Verifier;
}

/** The program that operators verify with. */
export interface Verifier {
  readonly name: string;
  readonly version: string;
  /** The package file that was named; null: nobody named one, and an installed program no longer has it. */
  readonly file: { readonly name: string; readonly sha256: string } | null;
}

/** Which root, which keys, how many people, and where this kit must not come from. */
export function offlinePrelude({ root, payloadSha256, rootFile, keys }: OfflineKit): readonly string[] {
  return [
    `HOW TO CHECK A RELEASE OF ${root.product} WITHOUT CAVRA`,
    "",
    ...(root.purpose === "test" ? ["THIS IS A KIT FOR TESTS. What it accepts is not for use.", ""] : []),
    "This folder must have come to you by another way than the release that you check with it. It is trust root",
    `${root.version} of ${root.product}, ${rootFile}, valid ${root.issued} to ${root.expires}. Its pin is`,
    "",
    `  ${payloadSha256}`,
    "",
    "Compare all 64 digits with those that you were told by a third way: on paper, by telephone, by a colleague.",
    "",
    "Keys of those who release (KEY is the first column):",
    "",
    ...keys.map(
      ({ name, holder, algorithm, notBefore, notAfter }) =>
        `  ${name}  ${algorithm.padEnd(10)}  ${notBefore} to ${notAfter}  ${holder}`,
    ),
    "",
    "How many different people must have signed a release:",
    "",
    ...root.roles.release.map((role) => `  ${roleWords(role, keys)}`),
    "",
    "A command below asks one KEY. Repeat it with the keys of as many different people as it takes; two keys of one",
    "person are one person. A signature of a person who did not sign has no file in the .sigs folder.",
    "",
  ];
}

function roleWords({ line, channel, members, threshold }: ReleaseRole, keys: readonly KitKey[]): string {
  const holders = keys.flatMap(({ keyId, holder }) => (members.includes(keyId) ? [holder] : []));
  const names = [...new Set(holders)].join(", ") || "nobody in this kit";
  return `${line}/${channel}: ${threshold} of ${names}`;
}

/** What a yes of the commands leaves open, and what closes it. */
export function offlineLimits({ root, rootFile, verifier }: OfflineKit): readonly string[] {
  return [
    "WHAT THESE COMMANDS DO NOT PROVE",
    "================================",
    "",
    "- The threshold: that enough different people signed. You count them, by the table above.",
    "- Line and channel: that the signers may release this line to this channel, and that it is no candidate.",
    "- Expiry: of the release, of the trust root, and with openssl and minisign of the key.",
    "- Rollback: an old release with genuine signatures passes. minisign shows the signed version (trusted comment);",
    "  the name of the file is not signed. Compare it with the version that you expect.",
    "- Revocation: keys and releases that were revoked after this kit was made still pass.",
    "- One reading: that no two programs unpack the zip differently, and that its links and names do no harm.",
    "- The documents: that SBOM, provenance and manifest are true of the files, and who built them.",
    "",
    `cavra decides all of that: cavra trust pin ${rootFile} --sha256 PIN, then cavra release verify-airgap-bundle NAME.zip.`,
    "",
    "THE VERIFIER",
    "============",
    "",
    ...verifierWords(verifier),
    ...(root.identities.length === 0
      ? []
      : [
          "",
          "Members without a key of their own (Sigstore identities) leave nothing that these tools can check.",
        ]),
  ];
}

function verifierWords({ name, version, file }: Verifier): readonly string[] {
  if (file !== null)
    return [`SHA-256 of ${file.name}, the verifier that goes with this kit:`, "", `  ${file.sha256}`];
  return [
    `This kit was made by ${name} ${version}. An installed program does not know the package that it came from, so its`,
    "digest is not here. Whoever hands out the verifier computes it from that file, with one of the digest commands",
    "above, and tells it by another way than the file.",
  ];
}
