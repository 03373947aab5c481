import { INSTALLERS_SCHEMA, type Installers, type InstallerTarget } from "../model/documents.ts";
import { MAX_ENTRIES, MAX_RAISED_ENTRY_BYTES } from "../model/limits.ts";
import type { Parsed } from "../model/parsed.ts";
import { headerJson, headerMembers, headerOf } from "./document-header.ts";
import { ascending, inOrder, packagePath, sentence, sha256, targetName } from "./field-shapes.ts";
import type { JsonValue } from "./json.ts";
import { parsePackagedDocument, writePackagedDocument, type DocumentFormat } from "./packaged-document.ts";
import { integer, list, open, type Shape } from "./shape.ts";

const MAX_NOTES = 64;

const targetMembers = open({
  target: targetName,
  binary: packagePath,
  binary_sha256: sha256,
  size_bytes: integer(0, MAX_RAISED_ENTRY_BYTES),
  install_method: sentence,
  install_path: sentence,
  install_command: sentence,
  verification_command: sentence,
});
const target: Shape<InstallerTarget> = (value, at) => {
  const fields = targetMembers(value, at);
  return {
    target: fields.target,
    ...halvesOf(fields.target),
    binary: fields.binary,
    binarySha256: fields.binary_sha256,
    sizeBytes: fields.size_bytes,
    installMethod: fields.install_method,
    installPath: fields.install_path,
    installCommand: fields.install_command,
    verificationCommand: fields.verification_command,
  };
};
const keyOf = (item: InstallerTarget): string => `${item.target} ${item.binary}`;

const members = open({
  ...headerMembers,
  targets: ascending(target, keyOf, { max: MAX_ENTRIES }),
  operator_notes: list(sentence, { max: MAX_NOTES }),
});

const format: DocumentFormat<Installers> = {
  shape: (value, at) => {
    const fields = members(value, at);
    return { ...headerOf(fields), targets: fields.targets, operatorNotes: fields.operator_notes };
  },
  toJson: (installers) => ({
    ...headerJson(INSTALLERS_SCHEMA, installers),
    targets: inOrder(installers.targets, keyOf).map(targetJson),
    operator_notes: installers.operatorNotes,
  }),
};

/** `<product>.installers.json`: packaged JSON. */
export function writeInstallers(installers: Installers): Uint8Array {
  return writePackagedDocument(format, installers);
}

export function parseInstallers(at: string, bytes: Uint8Array, maxBytes?: number): Parsed<Installers> {
  return parsePackagedDocument(format, at, bytes, maxBytes);
}

function halvesOf(name: string): { readonly os: string; readonly arch: string } {
  const [os = "", arch = ""] = name.split("/");
  return { os, arch };
}

function targetJson(item: InstallerTarget): JsonValue {
  return {
    target: item.target,
    ...halvesOf(item.target),
    binary: item.binary,
    binary_sha256: item.binarySha256,
    size_bytes: item.sizeBytes,
    install_method: item.installMethod,
    install_path: item.installPath,
    install_command: item.installCommand,
    verification_command: item.verificationCommand,
  };
}
