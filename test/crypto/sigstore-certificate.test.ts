import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { certificateSighting, readCertificate } from "../../src/crypto/sigstore-certificate.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const folder = scratchFolder();
const [IDENTITY, ISSUER] = ["dev@example.com", "https://issuer.example"];
const ISSUER_OID = [1, 3, 6, 1, 4, 1, 57264, 1, 1];

/** A self-signed certificate of OpenSSL; undefined where there is none. */
function certificate(...extensions: readonly string[]): Uint8Array | undefined {
  const file = join(folder, "leaf.der");
  const added = extensions.flatMap((extension) => ["-addext", extension]);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null"];
  const args = ["req", "-x509", ...key, "-subj", "/CN=x", "-outform", "DER", "-out", file, ...added];
  return spawnSync("openssl", args).status === 0 ? readFileSync(file) : undefined;
}

const LEAF = "basicConstraints=critical,CA:FALSE";
const NAME = `subjectAltName=email:${IDENTITY}`;

it.for<readonly [string, string | undefined, readonly string[]]>([
  ["nothing when it is for signing code", undefined, [LEAF, NAME, "extendedKeyUsage=codeSigning"]],
  ["another purpose", "bundle.certificate-purpose", [LEAF, NAME, "extendedKeyUsage=serverAuth"]],
  ["no purpose", "bundle.certificate-purpose", [LEAF, NAME]],
  ["an authority", "bundle.certificate-purpose", [NAME, "extendedKeyUsage=codeSigning"]],
  [
    "two names",
    "bundle.wrong-identity",
    [LEAF, `${NAME},URI:https://x.example`, "extendedKeyUsage=codeSigning"],
  ],
  [
    "a host name",
    "bundle.wrong-identity",
    [LEAF, `subjectAltName=DNS:${IDENTITY}`, "extendedKeyUsage=codeSigning"],
  ],
  ["no name", "bundle.wrong-identity", [LEAF, "extendedKeyUsage=codeSigning"]],
])("finds fault with a certificate for %s", ([, problem, extensions], { skip }) => {
  const der = certificate(...extensions);
  const read = der && readCertificate(der);
  if (read === undefined) return void skip("no openssl");
  const oids = [{ oid: { id: ISSUER_OID }, value: Buffer.from(ISSUER) }];
  const identity = { subjectAlternativeName: IDENTITY, extensions: { issuer: ISSUER }, oids };
  const demand = { identity: IDENTITY, issuer: ISSUER };
  expect(certificateSighting("b", read, { key: read.publicKey, identity }, demand)?.problem).toBe(problem);
});

it("reads a certificate as none whose signature claims unused bits, though others read it", ({ skip }) => {
  const der = certificate(LEAF, NAME);
  if (der === undefined) return void skip("no openssl");
  expect(readCertificate(der)).toBeDefined();
  // The bit string ends the certificate; in it stand the count and the two numbers of an ECDSA signature.
  const count = [70, 71, 72, 73]
    .map((sizeBytes) => der.byteLength - sizeBytes)
    .find((at) => der[at] === 0 && der[at + 1] === 0x30);
  if (count === undefined) throw new Error("no signature was found");
  for (const bits of [1, 4, 7]) {
    const other = der.with(count, bits);
    expect(new X509Certificate(other).subject).toBe("CN=x");
    expect(readCertificate(other)).toBeUndefined();
  }
});
