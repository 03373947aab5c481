import { makeDocuments } from "../../src/make/package/make-documents.ts";
import { testPackageInput } from "./package-input.ts";

const documents = makeDocuments(testPackageInput());

/** The bytes of one document of the test release. */
export function testDocument(path: string): Uint8Array {
  const document = documents.find((candidate) => candidate.path === path);
  if (document === undefined) throw new Error(`the test release has no ${path}`);
  return document.bytes;
}
