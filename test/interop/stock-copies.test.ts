import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { publicKeyPem, rawKeyOf } from "../../src/crypto/keys.ts";
import { minisignPublicKey } from "../../src/formats/minisign.ts";
import { allowedSignersLine, CHECKSUMS_NAMESPACE, ZIP_NAMESPACE } from "../../src/formats/sshsig.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { a, ada, adasCopies, c, checksums, cy, cysCopies, zip } from "../support/stock-copies.ts";
import { hasTool, runTool, type StockTool } from "../support/stock-tools.ts";

const scratch = scratchFolder();

const ssh = (namespace: string, copy: string): readonly string[] => [
  "-Y",
  "verify",
  "-f",
  "allowed",
  "-I",
  "ada",
  "-n",
  namespace,
  "-s",
  copy,
];

describe("other tools", () => {
  const folder = mkdtempSync(join(scratch, "tools-"));
  const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);
  write("zip", zip);
  write("checksums", checksums);
  for (const [name, bytes] of [...adasCopies, ...cysCopies]) write(name, bytes);
  write("ada.pem", publicKeyPem(ada.publicKey.spki));
  write("cy.pem", publicKeyPem(cy.publicKey.spki));
  write("ada.pub", minisignPublicKey(ada.publicKey.keyId, rawKeyOf(ada.publicKey).bytes));
  write("allowed", allowedSignersLine({ principal: "ada", publicKey: rawKeyOf(ada.publicKey).bytes }));

  it.for<[StockTool, string, string, readonly string[]]>([
    ["ssh-keygen", "zip", `zip.${a}.sshsig`, ssh(ZIP_NAMESPACE, `zip.${a}.sshsig`)],
    ["ssh-keygen", "checksums", `checksums.${a}.sshsig`, ssh(CHECKSUMS_NAMESPACE, `checksums.${a}.sshsig`)],
    [
      "minisign",
      "zip",
      `zip.${a}.minisig`,
      ["-V", "-q", "-p", "ada.pub", "-m", "zip", "-x", `zip.${a}.minisig`],
    ],
    [
      "minisign",
      "checksums",
      `checksums.${a}.minisig`,
      ["-V", "-q", "-p", "ada.pub", "-m", "checksums", "-x", `checksums.${a}.minisig`],
    ],
    [
      "signify-openbsd",
      "checksums",
      `checksums.${a}.minisig`,
      ["-V", "-q", "-p", "ada.pub", "-m", "checksums", "-x", `checksums.${a}.minisig`],
    ],
    [
      "openssl",
      "checksums",
      `checksums.${a}.sig`,
      [
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "ada.pem",
        "-rawin",
        "-in",
        "checksums",
        "-sigfile",
        `checksums.${a}.sig`,
      ],
    ],
    [
      "openssl",
      "zip",
      `zip.${c}.p256.sig`,
      ["dgst", "-sha256", "-verify", "cy.pem", "-signature", `zip.${c}.p256.sig`, "zip"],
    ],
    [
      "openssl",
      "checksums",
      `checksums.${c}.p256.sig`,
      ["dgst", "-sha256", "-verify", "cy.pem", "-signature", `checksums.${c}.p256.sig`, "checksums"],
    ],
  ])(
    "%s verifies our copy over %s, and refuses it after a change of either",
    ([tool, subject, copy, args], { skip }) => {
      if (!hasTool(tool)) skip(`no ${tool}`);
      const verifies = (): boolean =>
        runTool(folder, tool, args, readFileSync(join(folder, subject))).exitCode === 0;
      expect(verifies()).toBe(true);
      const [good, signature] = [readFileSync(join(folder, subject)), readFileSync(join(folder, copy))];
      for (const [name, bytes] of [
        [subject, good],
        [copy, signature],
      ] as const) {
        const changed = Buffer.from(bytes);
        const middle = name.endsWith("minisig") ? changed.indexOf("\n") + 40 : changed.byteLength >> 1;
        changed[middle] = changed[middle] === 0x41 ? 0x42 : 0x41;
        write(name, changed);
        expect(verifies(), `after a change of ${name}`).toBe(false);
        write(name, bytes);
      }
    },
  );
});
