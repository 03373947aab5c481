import { BOOTSTRAP_SCHEMA, type Bootstrap } from "../model/documents.ts";
import type { Parsed } from "../model/parsed.ts";
import { headerJson, headerMembers, headerOf } from "./document-header.ts";
import { ascending, inOrder, itself, packagePath, segment, sentence } from "./field-shapes.ts";
import { parsePackagedDocument, writePackagedDocument, type DocumentFormat } from "./packaged-document.ts";
import { list, open } from "./shape.ts";

const MAX_FILES = 256;
const MAX_NOTES = 64;

const members = open({
  ...headerMembers,
  release_package: segment,
  required_files: ascending(packagePath, itself, { min: 1, max: MAX_FILES }),
  verification_commands: list(sentence, { min: 1, max: MAX_NOTES }),
  offline_operator_notes: list(sentence, { max: MAX_NOTES }),
});

const format: DocumentFormat<Bootstrap> = {
  shape: (value, at) => {
    const fields = members(value, at);
    return {
      ...headerOf(fields),
      releasePackage: fields.release_package,
      requiredFiles: fields.required_files,
      verificationCommands: fields.verification_commands,
      operatorNotes: fields.offline_operator_notes,
    };
  },
  toJson: (bootstrap) => ({
    ...headerJson(BOOTSTRAP_SCHEMA, bootstrap),
    mode: "air_gapped",
    release_package: bootstrap.releasePackage,
    required_files: inOrder(bootstrap.requiredFiles, itself),
    verification_commands: bootstrap.verificationCommands,
    offline_operator_notes: bootstrap.operatorNotes,
  }),
};

/** `offline-trust-root-bootstrap.json`: packaged JSON. A document that carries a key has an unknown member. */
export function writeBootstrap(bootstrap: Bootstrap): Uint8Array {
  return writePackagedDocument(format, bootstrap);
}

export function parseBootstrap(at: string, bytes: Uint8Array, maxBytes?: number): Parsed<Bootstrap> {
  return parsePackagedDocument(format, at, bytes, maxBytes);
}
