import { parseJson } from "../../formats/json.ts";
import { Failure } from "../../model/failure.ts";
import { parseVersion } from "../../model/version.ts";
import type { VersionConfig } from "./release-config.ts";

/** Longest tag or variable that a pattern is run on. */
const MAX_TEXT_CHARACTERS = 256;

/** Where a version may come from; the caller reads what the config asks for. */
export interface VersionInputs {
  /** The release tag at HEAD. */
  readonly tag: string | null;
  readonly packageJson: Uint8Array | null;
  readonly hostEnvironment: Readonly<Record<string, string | undefined>>;
}

/** The version (strict SemVer, no `v`) that the config names. Throws Failure "source" when there is none. */
export function resolveVersion(config: VersionConfig, inputs: VersionInputs): string {
  if (config.from === "value") return config.value;
  const { text, name } = versionText(config, inputs);
  const match = text === null ? undefined : matchVersion(text, config.pattern);
  if (match?.ok === true) return match.version;
  throw new Failure("source", "no version", {
    at: name,
    expected: `a text that matches ${config.pattern}, whose group v is a version (SemVer, no v)`,
    found: text === null ? "nothing" : JSON.stringify(text.slice(0, MAX_TEXT_CHARACTERS)),
    hint: config.from === "tag" ? "git tag -a vX.Y.Z -m vX.Y.Z" : "cavra release build --version X.Y.Z",
  });
}

function versionText(
  config: Exclude<VersionConfig, { readonly from: "value" }>,
  inputs: VersionInputs,
): { readonly text: string | null; readonly name: string } {
  if (config.from === "tag") return { text: inputs.tag, name: "the tag at HEAD" };
  if (config.from === "env")
    return { text: inputs.hostEnvironment[config.variable] ?? null, name: `$${config.variable}` };
  return { text: packageJsonVersion(inputs.packageJson), name: "version in package.json" };
}

function packageJsonVersion(bytes: Uint8Array | null): string | null {
  const document = bytes === null ? undefined : parseJson("package.json", bytes);
  if (document === undefined || !document.ok) return null;
  const { value } = document;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const version = Object.entries(value).find(([name]) => name === "version")?.[1];
  return typeof version === "string" ? version : null;
}

/** The version in a text, when the pattern matches all of it and its group `v` is a strict version. */
export function matchVersion(
  text: string,
  pattern: string,
): { readonly ok: true; readonly version: string } | { readonly ok: false } {
  if (text.length > MAX_TEXT_CHARACTERS) return { ok: false };
  const match = new RegExp(pattern).exec(text);
  const version = match?.[0] === text ? match.groups?.["v"] : undefined;
  return version !== undefined && parseVersion(version) !== undefined ? { ok: true, version } : { ok: false };
}
