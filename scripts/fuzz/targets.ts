import { constants, deflateRawSync } from "node:zlib";
import { trustRootProblems } from "../../src/crypto/root-problems.ts";
import { inspectBinary } from "../../src/formats/binary.ts";
import { parseBootstrap, writeBootstrap } from "../../src/formats/bootstrap.ts";
import { canonicalJson, packagedJson, parseCanonicalJson } from "../../src/formats/canonical-json.ts";
import { parseChecksums, writeChecksums } from "../../src/formats/checksums.ts";
import { parseEnvelope, writeEnvelope } from "../../src/formats/dsse.ts";
import { renderEvidence } from "../../src/formats/evidence-markdown.ts";
import { parseGoMod } from "../../src/formats/go-mod.ts";
import { parseGoModules, writeGoModules } from "../../src/formats/go-modules.ts";
import { parseGoSum } from "../../src/formats/go-sum.ts";
import { parseInstallers, writeInstallers } from "../../src/formats/installers.ts";
import { parseJson, type JsonValue } from "../../src/formats/json.ts";
import {
  parseLegacyBootstrap,
  parseLegacyDocument,
  parseLegacyProvenance,
  parseLegacySbom,
} from "../../src/formats/legacy-documents.ts";
import { parseLegacyEvidence } from "../../src/formats/legacy-evidence.ts";
import { parseLegacySignature } from "../../src/formats/legacy-signature.ts";
import { parseManifest, writeManifest } from "../../src/formats/manifest.ts";
import { parseReleaseStatement, writeReleaseStatement } from "../../src/formats/release-statement.ts";
import { parseReproducibility, writeReproducibility } from "../../src/formats/reproducibility.ts";
import { parseProvenance, writeProvenance } from "../../src/formats/slsa.ts";
import { parseSpdx2, writeSpdx2 } from "../../src/formats/spdx2.ts";
import { parseTrustRoot, writeTrustRoot } from "../../src/formats/trust-root.ts";
import { loadReleaseConfig } from "../../src/make/config/load-config.ts";
import type { Parsed } from "../../src/model/parsed.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import { FULL_CONFIG, SMALL_CONFIG } from "../../test/support/config-samples.ts";
import { elfFile } from "../../test/support/executables/elf-file.ts";
import { machOFile } from "../../test/support/executables/macho-file.ts";
import { peFile } from "../../test/support/executables/pe-file.ts";
import { hostileZips } from "../../test/support/hostile-zip-cases.ts";
import { plain } from "../../test/support/hostile-zips/parts.ts";
import { forgeZip } from "../../test/support/hostile-zip.ts";
import { legacyPackage } from "../../test/support/legacy-package.ts";
import { smallBinary } from "../../test/support/small-release.ts";
import { testStatement } from "../../test/support/statement.ts";
import { testDocument } from "../../test/support/test-documents.ts";
import { testEnvelope, testTrustRoot } from "../../test/support/trust.ts";
import type { Random } from "../../test/support/random.ts";
import { storedBlock } from "../../test/support/zip-variants/deflate-streams.ts";
import { handmadeDeflate } from "../interop/handmade-deflate.ts";
import { forgedZip } from "./forge-zips.ts";
import type { FuzzTarget } from "./fuzz-target.ts";
import { mutateJson } from "./mutate.ts";
import { agreesWithJsonParse, agreesWithZlib, hasOneReading, rewrites } from "./oracles.ts";

const JSON_WORDS = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "\\u0000",
  "\\ud800",
  "\\udfff",
  '"__proto__":',
  '"constructor":',
  "null",
  "true",
  "-0",
  "1e9",
  "0.1",
  "9007199254740992",
  "\ufeff",
  "\u202e",
  "\r",
  "//",
  "\\",
  " ",
];
const TEXT_WORDS = [
  "\n",
  "\r\n",
  "\t",
  "  ",
  "#",
  "&a",
  "*a",
  "!!str ",
  "<<: ",
  "? ",
  "- ",
  ": ",
  "|",
  ">",
  "%YAML 1.1\n",
  "---\n",
  "/",
  "..",
  "\0",
];

/** A document of ours in its one form: changed as a tree too, and written again so that only the change is wrong. */
function documentTarget<T>(
  name: string,
  seed: () => Uint8Array,
  parse: (at: string, bytes: Uint8Array) => Parsed<T>,
  write: (value: T) => Uint8Array,
  encode: (value: JsonValue) => Uint8Array = packagedJson,
  alsoRun: (value: T) => void = () => undefined,
): FuzzTarget {
  return {
    name,
    seeds: () => [seed()],
    words: JSON_WORDS,
    mutate: (bytes, random) => {
      const document = parseJson(name, bytes);
      return document.ok ? encode(mutateJson(document.value, random)) : seed();
    },
    run: (bytes) => {
      const document = parse(name, bytes);
      if (document.ok) alsoRun(document.value);
      return rewrites(bytes, document, write);
    },
  };
}

function binaryTarget(name: string, seeds: () => readonly Uint8Array[]): FuzzTarget {
  const words = [
    "\x7fELF",
    "MZ",
    "PE\0\0",
    "\xff Go buildinf:",
    "go1.26.8",
    "path\t",
    "mod\t",
    "dep\t",
    "build\tGOOS=linux\n",
    "\n=>\t",
  ];
  return { name, seeds, words, run: (bytes) => inspectBinary(bytes)?.ok === true };
}

function textTarget(name: string, seeds: () => readonly string[], run: FuzzTarget["run"]): FuzzTarget {
  return { name, seeds: () => seeds().map((text) => Buffer.from(text)), words: TEXT_WORDS, run };
}

/** The documents that the readers of the existing system's packages are given, and all of those readers. */
const LEGACY_DOCUMENTS: FuzzTarget = {
  name: "legacy-documents",
  seeds: () => legacyPackage().files.flatMap(({ path, bytes }) => (path.endsWith("json") ? [bytes] : [])),
  words: JSON_WORDS,
  mutate: (bytes, random) => {
    const document = parseJson("legacy", bytes);
    return document.ok ? packagedJson(mutateJson(document.value, random)) : bytes;
  },
  run: (bytes) =>
    [
      parseLegacyEvidence("legacy", bytes),
      parseLegacySignature("legacy", bytes),
      parseLegacyDocument("legacy", bytes),
      parseLegacyBootstrap("legacy", bytes),
      parseLegacyProvenance("legacy", bytes),
      parseLegacySbom("legacy", bytes),
    ].some(({ ok }) => ok),
};

function deflateSeeds(): readonly Uint8Array[] {
  const text = testDocument("release-evidence.json").subarray(0, 4000);
  const levels = [0, 1, 6, 9].map((level) => deflateRawSync(text, { level }));
  const fixed = deflateRawSync(text, { strategy: constants.Z_FIXED });
  return [...levels, fixed, Buffer.concat([storedBlock(text, false), fixed])];
}

function withFlippedBit(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Buffer.from(bytes);
  const bit = random.below(Math.max(1, bytes.byteLength * 8));
  if (bytes.byteLength > 0) changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

const withLf = (value: JsonValue): Uint8Array => Buffer.concat([canonicalJson(value), Buffer.from("\n")]);

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  {
    name: "zip",
    seeds: () => [forgeZip(plain), ...hostileZips.map(({ entries, zip }) => forgeZip(entries, zip))],
    words: ["PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "PK\x06\x06", "PK\x06\x07", "PK\x07\x08", "t/", "t/a"],
    mutate: (bytes, random) => (random.once(2) ? forgedZip(random) : bytes),
    run: hasOneReading,
  },
  {
    name: "deflate",
    seeds: deflateSeeds,
    words: ["\x00\x00\xff\xff", "\x01\x00\x00\xff\xff", "\x03\x00", "\x4b\x04\x00"],
    mutate: (bytes, random) => (random.once(2) ? handmadeDeflate(random) : withFlippedBit(bytes, random)),
    run: agreesWithZlib,
  },
  {
    name: "json",
    seeds: () => [
      testDocument("release-evidence.json"),
      Buffer.from('{"a":[1,-2,true,null,"\\u00e9\\ud83d\\ude00"],"__proto__":{}}'),
    ],
    words: JSON_WORDS,
    run: agreesWithJsonParse,
  },
  documentTarget(
    "canonical-json",
    () => canonicalJson({ a: [1, { b: "\u00e9" }], c: null }),
    parseCanonicalJson,
    canonicalJson,
    canonicalJson,
  ),
  {
    name: "checksums",
    seeds: () => [testDocument("checksums.txt")],
    words: ["\n", "\r\n", "  ", " *", "\\", "checksums.txt", "0".repeat(64), "../x", "CON", "\t"],
    run: (bytes) => rewrites(bytes, parseChecksums("checksums.txt", bytes), writeChecksums),
  },
  documentTarget(
    "envelope",
    () => writeEnvelope(testEnvelope(Buffer.from("{}"), IN_TOTO_PAYLOAD_TYPE, ["release-ada", "release-bo"])),
    parseEnvelope,
    writeEnvelope,
    withLf,
  ),
  documentTarget(
    "trust-root",
    () => writeTrustRoot(testTrustRoot()),
    parseTrustRoot,
    writeTrustRoot,
    canonicalJson,
    trustRootProblems,
  ),
  documentTarget(
    "release-statement",
    () => writeReleaseStatement(testStatement()),
    parseReleaseStatement,
    writeReleaseStatement,
    canonicalJson,
  ),
  documentTarget(
    "manifest",
    () => testDocument("release-evidence.json"),
    parseManifest,
    writeManifest,
    packagedJson,
    renderEvidence,
  ),
  documentTarget("sbom", () => testDocument("cavra-runtime.sbom.spdx.json"), parseSpdx2, writeSpdx2),
  documentTarget(
    "provenance",
    () => testDocument("cavra-runtime.provenance.intoto.json"),
    parseProvenance,
    writeProvenance,
  ),
  documentTarget(
    "installers",
    () => testDocument("cavra-runtime.installers.json"),
    parseInstallers,
    writeInstallers,
  ),
  documentTarget(
    "reproducibility",
    () => testDocument("cavra-runtime.reproducibility.json"),
    parseReproducibility,
    writeReproducibility,
  ),
  documentTarget("go-modules", () => testDocument("go-modules.json"), parseGoModules, writeGoModules),
  documentTarget(
    "bootstrap",
    () => testDocument("offline-trust-root-bootstrap.json"),
    parseBootstrap,
    writeBootstrap,
  ),
  LEGACY_DOCUMENTS,
  binaryTarget("elf", () => [elfFile(), smallBinary("linux/amd64", "0.1.0")]),
  binaryTarget("macho", () => [machOFile(), smallBinary("darwin/arm64", "0.1.0")]),
  binaryTarget("pe", () => [peFile(), smallBinary("windows/amd64", "0.1.0")]),
  textTarget(
    "config",
    () => [SMALL_CONFIG, FULL_CONFIG],
    (bytes) => {
      const loaded = loadReleaseConfig(Buffer.from(bytes).toString("utf8"), "cavra.release.yaml");
      if (loaded.ok) canonicalJson(loaded.resolved);
      return loaded.ok;
    },
  ),
  textTarget(
    "go-mod",
    () => [
      "module example.com/a\n\ngo 1.26\n\nrequire (\n\tgolang.org/x/text v0.30.0 // indirect\n)\n\nreplace a.b/c => ./c\n",
    ],
    (bytes) => parseGoMod("go.mod", bytes).ok,
  ),
  textTarget(
    "go-sum",
    () => [
      `golang.org/x/text v0.30.0 h1:${"A".repeat(43)}=\ngolang.org/x/text v0.30.0/go.mod h1:${"A".repeat(43)}=\n`,
    ],
    (bytes) => parseGoSum("go.sum", bytes).ok,
  ),
];
