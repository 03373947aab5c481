import { createPrivateKey } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verifyEd25519 } from "../../src/crypto/ed25519.ts";
import { publicKeyPem, readPrivateKey, shortKeyId, type PrivateKey } from "../../src/crypto/keys.ts";
import { keySigner } from "../../src/crypto/signer.ts";
import { writeChecksums } from "../../src/formats/checksums.ts";
import { parseEnvelope } from "../../src/formats/dsse.ts";
import { signatureSet } from "../../src/make/sign.ts";
import { opensslCopy } from "../../src/make/stock-copies.ts";
import { sha256 } from "./folder-content.ts";
import { Random } from "../../test/support/random.ts";
import { inLanes, runProgram, versionOf } from "./run-program.ts";

export interface SignatureTally {
  readonly version: string;
  readonly sets: number;
  readonly accepted: number;
  readonly refused: number;
  /** Signatures by OpenSSL over the same bytes that were the same 64 bytes. */
  readonly identical: number;
  readonly defects: readonly string[];
}

/**
 * Signature sets by generated keys over generated lists. OpenSSL must accept the raw signature of checksums.txt and the
 * two in the envelopes, refuse each after one byte of the message or of the signature changed, and write the same
 * signature itself. undefined: no OpenSSL 3.
 */
export async function runSignatures(
  seed: number,
  sets: number,
  scratch: string,
): Promise<SignatureTally | undefined> {
  const version = await versionOf(["openssl", "version"]);
  if (version === undefined || !/^OpenSSL [3-9]/.test(version)) return undefined;
  const numbers = Array.from({ length: sets }, (_, number) => number);
  const tallies = await inLanes(numbers, async (number) => {
    const folder = join(scratch, `signatures-${number}`);
    mkdirSync(folder);
    return await judgeSet(number, new Random(seed + number), folder);
  });
  const sum = (field: "accepted" | "refused" | "identical"): number =>
    tallies.reduce((total, tally) => total + tally[field], 0);
  return {
    version,
    sets,
    accepted: sum("accepted"),
    refused: sum("refused"),
    identical: sum("identical"),
    defects: tallies.flatMap(({ defects }) => defects),
  };
}

interface Signed {
  readonly what: string;
  readonly message: Buffer;
  readonly signature: Buffer;
}

class SetTally {
  accepted = 0;
  refused = 0;
  identical = 0;
  defects: string[] = [];
}

async function judgeSet(number: number, random: Random, folder: string): Promise<SetTally> {
  const key = generatedKey(random);
  const tally = new SetTally();
  writeFileSync(join(folder, "public.pem"), publicKeyPem(key.publicKey.spki));
  writeFileSync(join(folder, "private.pem"), key.key.export({ format: "pem", type: "pkcs8" }));
  for (const { what, message, signature } of await signedBytes(key, random)) {
    const good = await isAccepted(folder, message, signature);
    const overOther = await isAccepted(folder, withOtherByte(message, random), signature);
    const otherSignature = await isAccepted(folder, message, withOtherByte(signature, random));
    const isSame = signature.equals(await opensslSignature(folder, message));
    tally.accepted += good ? 1 : 0;
    tally.refused += Number(!overOther) + Number(!otherSignature);
    tally.identical += isSame ? 1 : 0;
    const isOurs = verifyEd25519(key.publicKey.spki, message, signature) === "valid";
    if (good && !overOther && !otherSignature && isSame && isOurs) continue;
    tally.defects.push(
      `signature set ${number}, ${what}: accepted ${good}, after a change ${overOther} ${otherSignature}, same ${isSame}`,
    );
  }
  return tally;
}

function generatedKey(random: Random): PrivateKey {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), random.bytes(32)]);
  const pem = createPrivateKey({ key: der, format: "der", type: "pkcs8" }).export({
    format: "pem",
    type: "pkcs8",
  });
  const key = readPrivateKey(pem.toString(), undefined);
  if ("reason" in key) throw new Error(key.reason);
  return key;
}

/** The PAE is put together here a second time (DSSE v1.0.2, protocol), since the product's own would prove nothing. */
async function signedBytes(key: PrivateKey, random: Random): Promise<readonly Signed[]> {
  const lines = Array.from({ length: random.between(1, 200) }, (_, place) => ({
    path: `${random.text("abcdef", random.between(1, 8))}/${place}`,
    sha256: sha256(random.bytes(8)),
  }));
  const checksums = Buffer.from(writeChecksums(lines));
  const [statement, provenance] = [random.bytes(random.below(3000)), random.bytes(random.below(9000))];
  const signer = keySigner(key);
  const none = { release: undefined, provenance: undefined };
  const files = await signatureSet({
    statement,
    provenance,
    copies: await opensslCopy(signer, checksums),
    existing: none,
    signer,
  });
  const raw = files.get(`checksums.${shortKeyId(key.publicKey.keyId)}.sig`);
  if (raw === undefined) throw new Error("no raw signature was written");
  return [
    { what: "checksums.txt", message: checksums, signature: Buffer.from(raw) },
    ...["release.dsse.json", "provenance.dsse.json"].map((name) => {
      const parsed = parseEnvelope(name, files.get(name) ?? Buffer.alloc(0));
      const signature = parsed.ok ? parsed.value.signatures[0]?.sig : undefined;
      if (!parsed.ok || signature === undefined) throw new Error(`${name} cannot be read`);
      const { payload, payloadType } = parsed.value;
      const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.byteLength} `;
      return {
        what: name,
        message: Buffer.concat([Buffer.from(head), payload]),
        signature: Buffer.from(signature),
      };
    }),
  ];
}

function withOtherByte(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  const offset = random.below(changed.byteLength);
  changed.writeUInt8(changed.readUInt8(offset) ^ random.between(1, 255), offset);
  return changed;
}

/** The command of the offline instructions. */
async function isAccepted(folder: string, message: Buffer, signature: Buffer): Promise<boolean> {
  writeFileSync(join(folder, "message"), message);
  writeFileSync(join(folder, "message.sig"), signature);
  const argv = ["-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-in", "message"] as const;
  const result = await runProgram(["openssl", "pkeyutl", ...argv, "-sigfile", "message.sig"], {
    cwd: folder,
  });
  return result?.exitCode === 0;
}

async function opensslSignature(folder: string, message: Buffer): Promise<Buffer> {
  writeFileSync(join(folder, "message"), message);
  const argv = ["-sign", "-inkey", "private.pem", "-rawin", "-in", "message", "-out", "theirs.sig"] as const;
  await runProgram(["openssl", "pkeyutl", ...argv], { cwd: folder });
  return readFileSync(join(folder, "theirs.sig"));
}
