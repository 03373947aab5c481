import { describe, expect, it } from "vitest";
import { digestSet } from "../../src/crypto/digest.ts";
import { keySigner } from "../../src/crypto/signer.ts";
import { verifySignature } from "../../src/crypto/signature.ts";
import { addSignature, preAuthenticationEncoding } from "../../src/formats/dsse.ts";
import { parseMiniSignature } from "../../src/formats/minisign.ts";
import { CHECKSUMS_NAMESPACE, sshSignedBytes, ZIP_NAMESPACE } from "../../src/formats/sshsig.ts";
import { parseStockCopyName } from "../../src/formats/stock-copies.ts";
import { judgeCopies, type CopiedBytes } from "../../src/judge/judge-copies.ts";
import { stockCopies } from "../../src/make/stock-copies.ts";
import { addKey } from "../../src/make/trust-draft.ts";
import { parsed } from "../../src/model/parsed.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { failureOf } from "../support/build-scratch.ts";
import { a, ada, adasCopies, c, checksums, cy, cysCopies, release, zip } from "../support/stock-copies.ts";
import { testTrustRoot } from "../support/trust.ts";

const root = addKey(testTrustRoot(), cy.publicKey, "Cy", "release", undefined);
const copied: CopiedBytes = { checksums, zip: { ...digestSet(zip), bytes: bufferSource(zip) }, release };

function verdicts(
  files: ReadonlyMap<string, Uint8Array>,
  over: CopiedBytes = copied,
  trust = root,
): Readonly<Record<string, string>> {
  const read = new Map([...files].map(([name, bytes]) => [name, parsed(name, bytes)]));
  const judged = judgeCopies(trust, read, over);
  return Object.fromEntries(
    judged.map(({ file, keyId, verdict }) => [file, keyId === undefined ? "-" : verdict]),
  );
}

const ADAS = ["sig", "sshsig", "minisig"].map((form) => `checksums.${a}.${form}`);
const OVER_ZIP = [`zip.${a}.sshsig`, `zip.${a}.minisig`];

describe("stock copies", () => {
  it("are those of the specification for each kind of key, and verify", () => {
    expect([...adasCopies.keys()].toSorted()).toEqual([...ADAS, ...OVER_ZIP].toSorted());
    expect([...cysCopies.keys()].toSorted()).toEqual([`checksums.${c}.p256.sig`, `zip.${c}.p256.sig`]);
    const all = new Map([...adasCopies, ...cysCopies]);
    expect(new Set(Object.values(verdicts(all)))).toEqual(new Set(["valid"]));
    expect(Object.keys(verdicts(all))).toHaveLength(7);
  });

  it("name what they are of, and no time", () => {
    const read = parseMiniSignature("a", adasCopies.get(`zip.${a}.minisig`) ?? new Uint8Array());
    const { sha256 } = digestSet(zip);
    expect(read.ok && read.value.trustedComment).toBe(`product=cavra-runtime version=1.2.3 sha256=${sha256}`);
  });

  it("share one signature of the list: raw, minisign and signify", () => {
    const read = parseMiniSignature("a", adasCopies.get(`checksums.${a}.minisig`) ?? new Uint8Array());
    const raw = adasCopies.get(`checksums.${a}.sig`) ?? new Uint8Array();
    expect(read.ok && Buffer.from(read.value.signature).equals(raw)).toBe(true);
  });

  it("are not made of a list that is none: the key signs raw bytes of one form only", async () => {
    for (const other of ["{}", "", `${"a".repeat(64)}  ../x\n`, `${checksums.toString()}more`]) {
      const given = { signer: keySigner(ada), zip: bufferSource(zip), zipDigest: digestSet(zip) };
      const made = stockCopies({ ...given, ...release, checksums: Buffer.from(other) });
      expect(await failureOf(made)).toMatchObject({ code: "refused" });
    }
  });

  it.each([...adasCopies.keys(), ...cysCopies.keys()])(
    "%s is refused with any of its bytes changed",
    (name) => {
      const bytes = adasCopies.get(name) ?? cysCopies.get(name) ?? new Uint8Array();
      const free = name.endsWith("minisig") ? Buffer.from(bytes).indexOf("\n") : 0;
      for (
        let offset = free;
        offset < bytes.byteLength;
        offset += free === 0 && bytes.byteLength < 80 ? 3 : 11
      ) {
        const changed = Uint8Array.from(bytes);
        changed[offset] = (changed[offset] ?? 0) ^ 1;
        expect(verdicts(new Map([[name, changed]])), `byte ${offset}`).toEqual({ [name]: "invalid" });
      }
    },
  );

  it("do not verify over another zip, list or release", () => {
    const otherZip = Buffer.concat([zip, Buffer.from("x")]);
    const all = new Map([...adasCopies, ...cysCopies]);
    const overOther = verdicts(all, {
      ...copied,
      zip: { ...digestSet(otherZip), bytes: bufferSource(otherZip) },
    });
    const wrong = Object.keys(overOther).filter((name) => overOther[name] !== "valid");
    expect(wrong.toSorted()).toEqual([...OVER_ZIP, `zip.${c}.p256.sig`].toSorted());
    const renamed = verdicts(all, { ...copied, release: { ...release, version: "1.2.4" } });
    const comments = Object.keys(renamed).filter((name) => renamed[name] !== "valid");
    expect(comments.toSorted()).toEqual([`checksums.${a}.minisig`, `zip.${a}.minisig`].toSorted());
  });

  it("are not judged under an unknown key, over a zip that is not here, or under another name", () => {
    const withoutZip = verdicts(adasCopies, { ...copied, zip: undefined });
    for (const name of OVER_ZIP) expect(withoutZip[name]).toBe("-");
    for (const name of ADAS) expect(withoutZip[name]).toBe("valid");
    expect(new Set(Object.values(verdicts(cysCopies, copied, testTrustRoot())))).toEqual(new Set(["-"]));
    for (const name of [
      `zip.${a}.sig`,
      `zip.${a}.sshsig.txt`,
      `list.${a}.sig`,
      `zip.${a.toUpperCase()}.minisig`,
    ])
      expect(parseStockCopyName(name)).toBeUndefined();
  });

  it("under the name of a key of the other kind do not verify", () => {
    const raw = adasCopies.get(`checksums.${a}.sig`) ?? new Uint8Array();
    const der = cysCopies.get(`checksums.${c}.p256.sig`) ?? new Uint8Array();
    const swapped = new Map([
      [`checksums.${c}.p256.sig`, raw],
      [`checksums.${c}.sig`, der],
      [`checksums.${a}.p256.sig`, der],
      [`checksums.${a}.sig`, der],
    ]);
    expect(new Set(Object.values(verdicts(swapped)))).toEqual(new Set(["invalid"]));
  });
});

describe("no signature of one form verifies as another", () => {
  const payload = Buffer.from("{}");
  const type = "application/vnd.in-toto+json";
  const digests = [digestSet(zip), digestSet(checksums)].map(({ sha512 }) => Buffer.from(sha512, "hex"));
  /** Everything that a key of a root ever signs, and files that somebody could put into a package. */
  const messages: readonly (readonly [string, Uint8Array])[] = [
    ["statement", preAuthenticationEncoding(type, payload)],
    ["trust root", preAuthenticationEncoding("application/vnd.cavra.trust-root.v1+json", payload)],
    ...[ZIP_NAMESPACE, CHECKSUMS_NAMESPACE].flatMap((namespace) =>
      digests.map((digest, index) => [`${namespace} ${index}`, sshSignedBytes(namespace, digest)] as const),
    ),
    ["raw list", checksums],
    ["raw zip", zip],
    ["a packaged list", Buffer.from(`${"c".repeat(64)}  bin/agent\n`)],
    ["a packaged statement", payload],
    [
      "a packaged PAE with a list behind",
      Buffer.concat([preAuthenticationEncoding(type, payload), checksums]),
    ],
  ];

  it.each([ada, cy])("whatever the key", async (key) => {
    const signer = keySigner(key);
    for (const [name, message] of messages) {
      const signature = await signer.sign(message);
      const accepted = messages.filter(
        ([, other]) => verifySignature(key.publicKey, other, signature) === "valid",
      );
      expect(accepted.map(([other]) => other)).toEqual([name]);
    }
  });

  it("and each begins so that no other reader takes it", () => {
    const beginnings = messages
      .slice(0, 8)
      .map(([, bytes]) => Buffer.from(bytes.subarray(0, 6)).toString("latin1"));
    expect(new Set(beginnings)).toEqual(new Set(["DSSEv1", "SSHSIG", "aaaaaa", "PK\u0003\u0004zi"]));
  });

  it("put under the file name of another", () => {
    const [overList, overZip] = [adasCopies.get(`checksums.${a}.sshsig`), adasCopies.get(`zip.${a}.sshsig`)];
    const [miniList, miniZip] = [
      adasCopies.get(`checksums.${a}.minisig`),
      adasCopies.get(`zip.${a}.minisig`),
    ];
    const empty = new Uint8Array();
    const swapped = new Map([
      [`zip.${a}.sshsig`, overList ?? empty],
      [`checksums.${a}.sshsig`, overZip ?? empty],
      [`zip.${a}.minisig`, miniList ?? empty],
      [`checksums.${a}.minisig`, miniZip ?? empty],
    ]);
    expect(new Set(Object.values(verdicts(swapped)))).toEqual(new Set(["invalid"]));
    const raw = adasCopies.get(`checksums.${a}.sig`) ?? empty;
    const envelope = { payload: checksums, payloadType: type, signatures: [] };
    const forged = addSignature(envelope, { keyid: ada.publicKey.keyId, sig: raw });
    const message = preAuthenticationEncoding(forged.payloadType, forged.payload);
    expect(verifySignature(ada.publicKey, message, raw)).toBe("invalid");
  });
});
