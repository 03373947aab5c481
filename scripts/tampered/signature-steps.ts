import { canonicalJson } from "../../src/formats/canonical-json.ts";
import { parseEnvelope, writeEnvelope } from "../../src/formats/dsse.ts";
import { editJson } from "./edit-json.ts";
import { flipped } from "./package-steps.ts";
import type { SignatureStep } from "./recipe.ts";
import { sampleOf, type Samples } from "./samples.ts";
import { signerKey } from "./sign.ts";
import type { Envelope, EnvelopeSignature } from "../../src/model/envelope.ts";

type Set = ReadonlyMap<string, Uint8Array>;

/** A signature set after the steps; undefined when the whole folder is gone. */
export function tamperedSignatures(
  set: Set,
  steps: readonly SignatureStep[],
  samples: Samples,
): Set | undefined {
  return steps.reduce<Set | undefined>((before, step) => {
    if (step.word === "remove-set") return undefined;
    return withStep(before ?? new Map(), step, samples);
  }, set);
}

type FileStep = Exclude<SignatureStep, { word: "remove-set" }>;

function withStep(set: Set, step: FileStep, samples: Samples): Set {
  switch (step.word) {
    case "swap-signatures-from":
      return sampleOf(samples, step.given.release).signatures;
    case "add-file":
      return withFile(set, step.given.name, Buffer.from(step.given.text));
    case "remove-file":
      return without(set, step.given.name);
    case "rename-file":
      return withFile(without(set, step.given.from), step.given.to, fileIn(set, step.given.from));
    case "replace-file":
      return withFile(
        set,
        step.given.name,
        fileIn(sampleOf(samples, step.given.from).signatures, step.given.name),
      );
    case "flip-signature":
    case "relabel-signature":
    case "keep-signers":
    case "edit-payload":
      return withFile(set, step.given.name, changedEnvelope(step, fileIn(set, step.given.name)));
  }
}

type EnvelopeStep = Extract<
  SignatureStep,
  { word: "flip-signature" | "relabel-signature" | "keep-signers" | "edit-payload" }
>;

function changedEnvelope(step: EnvelopeStep, bytes: Uint8Array): Uint8Array {
  const { name } = step.given;
  const parsed = parseEnvelope(name, bytes);
  if (!parsed.ok) throw new Error(`${name} ${parsed.reason}`);
  return writeEnvelope(withChange(step, parsed.value));
}

function withChange(step: EnvelopeStep, envelope: Envelope): Envelope {
  switch (step.word) {
    case "flip-signature":
      return ofSigner(envelope, step.given.signer, ({ keyid, sig }) => ({ keyid, sig: flipped(sig, 20) }));
    case "relabel-signature": {
      const keyid = signerKey(step.given.as).publicKey.keyId;
      return ofSigner(envelope, step.given.signer, ({ sig }) => ({ keyid, sig }));
    }
    case "keep-signers": {
      const kept = new Set(step.given.signers.map((name) => signerKey(name).publicKey.keyId));
      return { ...envelope, signatures: envelope.signatures.filter(({ keyid }) => kept.has(keyid)) };
    }
    case "edit-payload":
      return { ...envelope, payload: canonicalJson(editJson(step.given.name, envelope.payload, step.given)) };
  }
}

function ofSigner(
  envelope: Envelope,
  signer: Parameters<typeof signerKey>[0],
  change: (signature: EnvelopeSignature) => EnvelopeSignature,
): Envelope {
  const { keyId } = signerKey(signer).publicKey;
  if (!envelope.signatures.some(({ keyid }) => keyid === keyId))
    throw new Error(`${signer} did not sign this`);
  const signatures = envelope.signatures.map((item) => (item.keyid === keyId ? change(item) : item));
  return { ...envelope, signatures };
}

function fileIn(set: Set, name: string): Uint8Array {
  const bytes = set.get(name);
  if (bytes === undefined) throw new Error(`the signature set has no file ${name}`);
  return bytes;
}

function withFile(set: Set, name: string, bytes: Uint8Array): Set {
  return new Map([...set, [name, bytes]]);
}

function without(set: Set, name: string): Set {
  fileIn(set, name);
  return new Map([...set].filter(([key]) => key !== name));
}
