import type { EntryMode } from "../../model/container.ts";
import { parseVersion } from "../../model/version.ts";
import { quoted } from "./config-problem.ts";
import {
  closedMap,
  integer,
  listOf,
  mapOf,
  mismatch,
  oneOf,
  optional,
  required,
  setOf,
  textLike,
  withDefault,
  type ProblemList,
  type Read,
} from "./config-reader.ts";
import { memberPlace, type ConfigNode } from "./config-tree.ts";
import { goVariantOf, KNOWN_ARCHITECTURES, KNOWN_SYSTEMS } from "./go-variants.ts";
import type {
  EpochConfig,
  FileConfig,
  PackageConfig,
  ProductConfig,
  SbomConfig,
  SignConfig,
  SourceConfig,
  TargetConfig,
  VersionConfig,
} from "./release-config.ts";
import { readLicenseExpression } from "../../formats/spdx-expression.ts";
import { didYouMean } from "../../formats/suggestion.ts";
import { RELEASE_NAMES, templateText, type TextRule } from "./template.ts";
import * as rules from "./text-rules.ts";

/** 1980-01-01 and 2043-12-31T23:59:59, the years of cavra-zip/1 (trust-spec section 7). */
export const MIN_EPOCH = 315_532_800;
export const MAX_EPOCH = 2_335_219_199;
const MAX_TARGETS = 64;
const MAX_FILES = 1024;
const MAX_EXPIRY_DAYS = 36_500;
const ENTRY_MODES: Readonly<Record<"0644" | "0755", EntryMode>> = { "0644": 0o644, "0755": 0o755 };

export function plain(rule: TextRule): Read<string> {
  return templateText([], rule);
}

const readProductMembers = closedMap({
  name: required(plain(rules.ID)),
  component: optional(plain(rules.ID)),
  vendor: optional(plain(rules.PLAIN_LINE)),
  license: optional(plain(rules.PLAIN_LINE)),
  repository: optional(plain(rules.HTTPS_URL)),
  line: withDefault(plain(rules.LINE), "main"),
});

export const readProduct: Read<ProductConfig> = (node, problems) => {
  const product = readProductMembers(node, problems);
  return product === undefined ? undefined : { ...product, component: product.component ?? product.name };
};

const readVersionMembers = closedMap({
  from: optional(plain(rules.VERSION_FROM)),
  pattern: optional(textLike(/^/, "a regular expression", 200)),
  value: optional(plain(rules.PLAIN_LINE)),
});

/** A tag carries a `v` by custom; nothing else does. */
const TAG_PATTERN = "^v(?<v>.+)$";
const WHOLE_TEXT_PATTERN = "^(?<v>.+)$";

export const readVersion: Read<VersionConfig> = (node, problems) => {
  const members = readVersionMembers(node, problems);
  if (members === undefined) return undefined;
  const { from, pattern, value } = members;
  if ((from === null) === (value === null))
    return problems.add(node, { message: 'needs either "from" or "value"' });
  if (value !== null) {
    if (pattern !== null) return problems.add(node, { message: '"pattern" goes with "from" only' });
    if (parseVersion(value) !== undefined) return { from: "value", value };
    return problems.add(node, {
      message: "is not a version",
      expected: "SemVer without v",
      found: quoted(value),
    });
  }
  const usedPattern = pattern ?? (from === "tag" ? TAG_PATTERN : WHOLE_TEXT_PATTERN);
  if (!isVersionPattern(usedPattern)) {
    return problems.add(node, {
      message: "the pattern must be a regular expression with a group (?<v>...)",
      found: quoted(usedPattern),
    });
  }
  if (from === "tag" || from === "package-json") return { from, pattern: usedPattern };
  return { from: "env", variable: (from ?? "").slice("env:".length), pattern: usedPattern };
};

function isVersionPattern(pattern: string): boolean {
  try {
    // With an empty alternative every pattern matches, and the match lists its groups.
    return Object.hasOwn(new RegExp(`${pattern}|`).exec("")?.groups ?? {}, "v");
  } catch {
    return false;
  }
}

const readEpoch: Read<EpochConfig> = (node, problems) => {
  if (node.kind === "map") {
    const epoch = closedMap({ value: required(integer(MIN_EPOCH, MAX_EPOCH)) })(node, problems);
    return epoch === undefined ? undefined : { from: "value", value: epoch.value };
  }
  const from = oneOf("commit", "tag")(node, problems);
  return from === undefined ? undefined : { from };
};

export const readSource: Read<SourceConfig> = closedMap({
  root: withDefault(plain(rules.SOURCE_PATH), "."),
  require: withDefault(setOf(oneOf("clean", "tagged"), { max: 2 }), ["clean", "tagged"]),
  epoch: withDefault(readEpoch, { from: "commit" }),
});

const readTargetFacts = closedMap({
  variant: optional(plain(rules.PLAIN_LINE)),
  ext: optional(plain(rules.EXTENSION)),
});

const readTargetMap = mapOf({ ...rules.TARGET_ID }, readTargetFacts, { min: 1, max: MAX_TARGETS });

export const readTargets: Read<readonly TargetConfig[]> = (node, problems) => {
  const before = problems.all.length;
  const entries = readTargetMap(node, problems);
  const targets = entries?.map(([id, facts]) => {
    const [os = "", arch = ""] = id.split("/");
    checkPlatform(node, id, os, arch, facts.variant, problems);
    const ext = facts.ext ?? (os === "windows" ? ".exe" : "");
    return facts.variant === null ? { id, os, arch, ext } : { id, os, arch, variant: facts.variant, ext };
  });
  return problems.all.length === before ? targets?.toSorted((a, b) => (a.id < b.id ? -1 : 1)) : undefined;
};

function checkPlatform(
  node: ConfigNode,
  id: string,
  os: string,
  arch: string,
  variant: string | null,
  problems: ProblemList,
): void {
  const position = node.kind === "map" ? (node.members.get(id)?.keyPosition ?? node.position) : node.position;
  const place = { path: memberPlace(node.path, id), position };
  if (!KNOWN_SYSTEMS.includes(os)) {
    problems.add(place, {
      message: "the operating system is not known",
      found: quoted(os),
      hint: didYouMean(os, KNOWN_SYSTEMS),
    });
  }
  if (!KNOWN_ARCHITECTURES.includes(arch)) {
    problems.add(place, {
      message: "the architecture is not known",
      found: quoted(arch),
      hint: didYouMean(arch, KNOWN_ARCHITECTURES),
    });
    return;
  }
  if (variant === null) return;
  const known = goVariantOf(arch);
  if (known === undefined)
    problems.add(place, { message: `the architecture ${arch} has no variants`, found: quoted(variant) });
  else if (!known.allowed.test(variant)) {
    problems.add(place, {
      message: "the variant is not known",
      expected: known.expected,
      found: quoted(variant),
    });
  }
}

const readFileMembers = closedMap({
  from: required(templateText(RELEASE_NAMES, rules.FILE_SOURCE)),
  to: required(templateText(RELEASE_NAMES, rules.FILE_DESTINATION)),
  mode: optional(oneOf("0644", "0755")),
});

const readFile: Read<FileConfig> = (node, problems) => {
  const file = readFileMembers(node, problems);
  if (file === undefined) return undefined;
  if (file.from.includes("*") && !file.to.endsWith("/")) {
    return problems.add(node, {
      message: 'a glob needs a folder with a final "/" as "to"',
      found: quoted(file.to),
    });
  }
  return { ...file, mode: file.mode === null ? null : ENTRY_MODES[file.mode] };
};

export const readFiles: Read<readonly FileConfig[]> = listOf(readFile, { max: MAX_FILES });

const readPackage = closedMap(
  {
    id: required(plain(rules.ID)),
    name: required(templateText([...RELEASE_NAMES, "id"], rules.ZIP_NAME)),
    folder: withDefault(templateText([...RELEASE_NAMES, "id"], rules.FILE_NAME), "$(id)-v$(version)"),
    include: required(setOf(plain(rules.ID), { min: 1, max: 256 })),
    format: required(
      closedMap({
        kind: required(oneOf("zip")),
        profile: required(oneOf("cavra-zip/1")),
        method: withDefault(oneOf("deflate", "store"), "deflate"),
      }),
    ),
  },
  { layout: "one package holds every target" },
);

/** A list, so that several packages can come without a new schema; exactly one today. */
export const readPackages: Read<PackageConfig> = (node, problems) => {
  if (node.kind === "list" && node.items.length !== 1) {
    return mismatch(node, "a list of exactly one package", problems);
  }
  return listOf(readPackage, { min: 1, max: 1 })(node, problems)?.[0];
};

export const readProvenance = closedMap({ builderId: optional(plain(rules.BUILDER_ID)) });

const MAX_STATED_LICENSES = 2000;

/** Without LicenseRef-: the SBOM would name a text that it does not hold. */
const readExpression: Read<string> = (node, problems) => {
  const text = plain(rules.PLAIN_LINE)(node, problems);
  if (text === undefined) return undefined;
  const { problem, references } = readLicenseExpression(text);
  if (problem === undefined && references.length === 0) return text;
  return problems.add(node, {
    message: "is no licence expression",
    expected: "identifiers of the SPDX list, joined by AND, OR and WITH",
    found: quoted(text),
  });
};

const readSbomMembers = closedMap({
  contact: optional(plain(rules.CONTACT)),
  licenses: withDefault(mapOf({ ...rules.GO_MODULE }, readExpression, { max: MAX_STATED_LICENSES }), []),
});

export const readSbom: Read<SbomConfig> = (node, problems) => {
  const members = readSbomMembers(node, problems);
  return members === undefined ? undefined : { ...members, licenses: Object.fromEntries(members.licenses) };
};

export const readSign: Read<SignConfig> = closedMap(
  { legacy: optional(closedMap({ key: required(plain(rules.KEY_FILE)) })) },
  {
    threshold: "how many must sign stands in the trust root and not beside what is signed: cavra trust init",
    key: "whoever signs a release names their key: cavra release sign --key FILE",
    keys: "who must sign stands in the trust root: cavra trust init",
  },
);

export const readRelease = closedMap({ expiresAfterDays: optional(integer(1, MAX_EXPIRY_DAYS)) });
