import { GO_MODULES_SCHEMA, type GoModules, type LinkedModule } from "../model/documents.ts";
import type { Parsed } from "../model/parsed.ts";
import { headerJson, headerMembers, headerOf } from "./document-header.ts";
import { ascending, goSum, inOrder, itself, targetName, textSet, word } from "./field-shapes.ts";
import { parsePackagedDocument, writePackagedDocument, type DocumentFormat } from "./packaged-document.ts";
import { nullable, open, textLike } from "./shape.ts";

const MAX_MODULES = 20_000;
const MAX_TARGETS = 256;

const linkedModule = open({
  path: word,
  version: textLike(/^[\u0021-\u007e]{0,200}$/, "at most 200 printable ASCII characters without blanks"),
  sum: goSum,
  replaces: nullable(word),
  targets: textSet(targetName, MAX_TARGETS),
});
const keyOf = (item: LinkedModule): string => `${item.path} ${item.version}`;

const members = open({ ...headerMembers, modules: ascending(linkedModule, keyOf, { max: MAX_MODULES }) });

const format: DocumentFormat<GoModules> = {
  shape: (value, at) => {
    const fields = members(value, at);
    return { ...headerOf(fields), modules: fields.modules };
  },
  toJson: (document) => ({
    ...headerJson(GO_MODULES_SCHEMA, document),
    modules: inOrder(document.modules, keyOf).map((item) => ({
      path: item.path,
      version: item.version,
      sum: item.sum,
      replaces: item.replaces,
      targets: inOrder(item.targets, itself),
    })),
  }),
};

/** `go-modules.json`: packaged JSON. */
export function writeGoModules(document: GoModules): Uint8Array {
  return writePackagedDocument(format, document);
}

export function parseGoModules(at: string, bytes: Uint8Array, maxBytes?: number): Parsed<GoModules> {
  return parsePackagedDocument(format, at, bytes, maxBytes);
}
