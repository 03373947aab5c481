import { digestSet, sha256Hex } from "../../src/crypto/digest.ts";
import type { PrivateKey } from "../../src/crypto/keys.ts";
import { keySigner, type Signer } from "../../src/crypto/signer.ts";
import { canonicalJson } from "../../src/formats/canonical-json.ts";
import { parseEnvelope } from "../../src/formats/dsse.ts";
import { parseJson, type JsonObject } from "../../src/formats/json.ts";
import { writeReleaseStatement } from "../../src/formats/release-statement.ts";
import { releaseStatementOf, signatureSet } from "../../src/make/sign.ts";
import type { Envelope } from "../../src/model/envelope.ts";
import { CHECKSUMS_FILE, MANIFEST_FILE, provenanceFile } from "../../src/model/layers.ts";
import { valueOf } from "../../src/model/parsed.ts";
import { testKey } from "../../test/support/trust.ts";
import { editJson } from "./edit-json.ts";
import type { Recipe } from "./recipe.ts";
import type { Sample, SampleFile } from "./samples.ts";

type SignerName = "release-ada" | "release-bo" | "attacker";

export function signerKey(name: SignerName): PrivateKey {
  return testKey(name);
}

const SIGNERS: Readonly<Record<"trusted" | "attacker", readonly SignerName[]>> = {
  trusted: ["release-ada", "release-bo"],
  attacker: ["attacker"],
};

/** The signature set of the recipe's signers over whatever the package is now; the sample's own when nobody signs. */
export async function signTampered(
  { signedBy, statement }: Pick<Recipe, "signedBy" | "statement">,
  sample: Sample,
  files: ReadonlyMap<string, SampleFile>,
  zip: Uint8Array,
  rootVersion: number,
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (signedBy === "none") return sample.signatures;
  const provenancePath = provenanceFile(sample.manifest.product);
  const sources = [files, sample.files];
  const document = (path: string): Uint8Array =>
    sources.map((source) => source.get(path)?.bytes).find((bytes) => bytes !== undefined) ?? new Uint8Array();
  const plain = statementOver(sample, document(MANIFEST_FILE), document(CHECKSUMS_FILE), zip, rootVersion);
  const payload = statement === undefined ? plain : canonicalJson(editJson("statement", plain, statement));
  let existing: { release: Envelope | undefined; provenance: Envelope | undefined } = {
    release: undefined,
    provenance: undefined,
  };
  const set = new Map<string, Uint8Array>();
  for (const signer of SIGNERS[signedBy]) {
    const key = keySigner(signerKey(signer));
    const signed = await signatureSet({
      statement: payload,
      provenance: document(provenancePath),
      copies: await rawCopy(key, document(CHECKSUMS_FILE)),
      existing,
      signer: key,
    });
    for (const [name, bytes] of signed) set.set(name, bytes);
    existing = {
      release: envelopeIn(set, "release.dsse.json"),
      provenance: envelopeIn(set, "provenance.dsse.json"),
    };
  }
  return set;
}

/** Of whatever the list is: a careless signer's tool may sign what ours refuses. */
async function rawCopy(signer: Signer, checksums: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const name = `checksums.${signer.publicKey.keyId.slice(0, 16)}.sig`;
  return new Map([[name, await signer.sign(checksums)]]);
}

function envelopeIn(set: ReadonlyMap<string, Uint8Array>, name: string): Envelope | undefined {
  return valueOf(parseEnvelope(name, set.get(name) ?? new Uint8Array()));
}

/** What a signer states who believes the manifest at hand, whatever it says. */
function statementOver(
  { manifest, top }: Sample,
  manifestBytes: Uint8Array,
  checksums: Uint8Array,
  zip: Uint8Array,
  rootVersion: number,
): Uint8Array {
  const raw = parseJson(MANIFEST_FILE, manifestBytes);
  const said = raw.ok ? (raw.value as JsonObject) : {};
  const statement = releaseStatementOf(manifest, {
    manifestSha256: sha256Hex(manifestBytes),
    top,
    zip: { ...digestSet(zip), sizeBytes: zip.byteLength },
    checksums: digestSet(checksums),
    rootVersion,
  });
  const edits = Object.entries(COPIED).flatMap(([member, name]) => {
    const value = said[name];
    return value === undefined ? [] : [[`predicate.${member}`, value] as const];
  });
  return canonicalJson(editJson("statement", writeReleaseStatement(statement), { set: new Map(edits) }));
}

/** Members of the predicate and their names in the manifest, for what a recipe may have changed there. */
const COPIED: Readonly<Record<string, string>> = {
  product: "product",
  package: "package",
  line: "line",
  channel: "channel",
  version: "version",
  releaseCounter: "release_counter",
  sourceDateEpoch: "source_date_epoch",
  expires: "expires",
};
