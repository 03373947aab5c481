import { writeSpdx2 } from "../../src/formats/spdx2.ts";
import { writeSpdx3 } from "../../src/formats/spdx3.ts";
import type { SpdxDocument, SpdxFile, SpdxPackage, SpdxRelationship } from "../../src/model/documents.ts";
import type { Random } from "./random.ts";

/** One false SBOM of a package, in both formats, and every finding that may name it. */
export interface Lie {
  readonly how: string;
  readonly named: readonly string[];
  readonly spdx2: Uint8Array;
  readonly spdx3: Uint8Array;
}

type Names = readonly [string, ...string[]];

const MODULE: Names = ["sbom.module-missing", "sbom.module-unknown"];
const LINK: Names = ["sbom.relationship-missing", "sbom.relationship-unknown"];
const RELEASE: Names = ["sbom.package-differs", "sbom.document-differs"];
const UNREADABLE = "sbom.unreadable";

/** Every way to lie that we know, over every element of an SBOM; the seed decides what is said instead. */
export function* sbomLies(truth: SpdxDocument, random: Random): Generator<Lie> {
  yield* documentLies(truth, random);
  for (const item of truth.packages) yield* packageLies(truth, item, random);
  for (const file of truth.files) yield* fileLies(truth, file, random);
  for (const relationship of truth.relationships) yield* relationshipLies(truth, relationship, random);
  yield* addedLies(truth, random);
  yield* rawLies(truth, random);
  yield* spdx3Lies(truth, random);
}

/** The SPDX 3 document tells the same lie, so that only the truth about the package gives it away. */
function lie(how: string, named: readonly string[], truth: SpdxDocument, change: Partial<SpdxDocument>): Lie {
  const changed = { ...truth, ...change };
  return { how, named, spdx2: writeSpdx2(changed), spdx3: writeSpdx3(changed) };
}

function* documentLies(truth: SpdxDocument, random: Random): Generator<Lie> {
  yield lie("another name", RELEASE, truth, { name: `${truth.name}${random.below(9)}` });
  for (const seconds of [1, 60, 86_400, -1]) {
    const created = `${new Date(Date.parse(truth.created) + seconds * 1000).toISOString().slice(0, 19)}Z`;
    yield lie(`created ${seconds} s later`, ["sbom.created-differs"], truth, { created });
  }
  const [main = ""] = truth.describes;
  const others = truth.packages.filter(({ id }) => id !== main);
  for (const { id } of others) {
    const relationships = truth.relationships.map((item) =>
      item.type === "DESCRIBES" ? { ...item, to: id } : item,
    );
    yield lie(`describes ${id}`, ["sbom.package-differs", "sbom.package-missing", "sbom.document-differs", "sbom.verification-code-wrong", "sbom.file-not-contained", "sbom.component-differs", "sbom.component-unknown", "sbom.component-missing", "sbom.component-repeated", ...LINK, UNREADABLE], truth, { describes: [id], relationships }); // prettier-ignore
  }
  const [creator = "", ...creators] = truth.creators;
  yield lie("another author", RELEASE, truth, { creators: ["Organization: Mallory", ...creators] });
  yield lie("no author", RELEASE, truth, { creators });
  yield lie("another tool", RELEASE, truth, { creators: [creator, `Tool: cavra-9.${random.below(99)}.0`] });
  yield lie("two tools", RELEASE, truth, { creators: [...truth.creators, "Tool: other-1.0"] });
}

const MEMBERS = ["name", "version", "purl", "cpe", "swhid", "supplier", "downloadLocation", "purpose", "goSum", "fileName", "verificationCode", "licenseDeclared", "licenseConcluded"] as const; // prettier-ignore

/** What follows from the package alone; any of them may be the name of a false component. */
const COMPONENT: Names = ["sbom.component-differs", "sbom.component-missing", "sbom.component-unknown", "sbom.component-repeated", ...MODULE, "sbom.module-differs", "sbom.purl-differs", "sbom.toolchain-differs", "sbom.verification-code-wrong", ...RELEASE, ...LINK]; // prettier-ignore

function* packageLies(truth: SpdxDocument, item: SpdxPackage, random: Random): Generator<Lie> {
  const isModule = item.goSum !== "";
  const replaced = (change: Partial<SpdxPackage>): Partial<SpdxDocument> => ({
    packages: truth.packages.map((other) => (other === item ? { ...item, ...change } : other)),
  });
  for (const member of MEMBERS) {
    // Licences of modules follow from nothing in a package: they are declared, and said to be.
    if (isModule && member.startsWith("license")) continue;
    for (const value of valuesFor(item, member, random)) {
      if (value === item[member]) continue;
      yield lie(`${item.name}: ${member} ${value}`, COMPONENT, truth, replaced({ [member]: value }));
    }
  }
  yield lie(`${item.name} is dropped`, [...COMPONENT, "sbom.package-missing", UNREADABLE], truth, {
    packages: truth.packages.filter((other) => other !== item),
    relationships: truth.relationships.filter(({ from, to }) => from !== item.id && to !== item.id),
  });
  yield lie(`${item.name} stands twice`, COMPONENT, truth, {
    packages: [...truth.packages, { ...item, id: `${item.id}-2` }],
  });
}

function valuesFor(item: SpdxPackage, member: (typeof MEMBERS)[number], random: Random): readonly string[] {
  const digits = random.text("0123456789abcdef", 40);
  switch (member) {
    case "name":
      return [`${item.name}x`, "example.com/mallory", "stdlib"];
    case "version":
      return ["v0.0.1", "v9.9.9", "go1.26.9", "go1.25.0", `${item.version}0`];
    case "purl":
      return ["", `${item.purl}0`, "pkg:golang/example.com/mallory@v1.0.0"];
    case "cpe":
      return ["", "cpe:2.3:a:golang:go:1.0.0:-:*:*:*:*:*:*"];
    case "swhid":
      return ["", `swh:1:rev:${digits}`];
    case "supplier":
      return ["NOASSERTION", "Organization: Mallory (https://mallory.example)"];
    case "downloadLocation":
      return ["NOASSERTION", `git+https://mallory.example/r@${digits}`];
    case "purpose":
      return ["APPLICATION", "LIBRARY", "SOURCE"];
    case "goSum":
      return ["", `h1:${Buffer.from(random.bytes(32)).toString("base64")}`];
    case "fileName":
      return ["", "other.zip"];
    case "verificationCode":
      return [digits];
    case "licenseDeclared":
    case "licenseConcluded":
      return ["NOASSERTION", "GPL-3.0-only"];
  }
}

function* fileLies(truth: SpdxDocument, file: SpdxFile, random: Random): Generator<Lie> {
  const replaced = (change: Partial<SpdxFile>): Partial<SpdxDocument> => ({
    files: truth.files.map((other) => (other === file ? { ...file, ...change } : other)),
  });
  for (const member of ["sha1", "sha256", "sha512"] as const) {
    const at = random.below(file[member].length);
    const digit = ((Number.parseInt(file[member].charAt(at), 16) + 1 + random.below(15)) % 16).toString(16);
    const value = `${file[member].slice(0, at)}${digit}${file[member].slice(at + 1)}`;
    yield lie(
      `${file.path}: a digit of ${member}`,
      ["sbom.file-differs"],
      truth,
      replaced({ [member]: value }),
    );
  }
  for (const fileType of ["BINARY", "TEXT", "OTHER"] as const) {
    if (fileType === file.fileType) continue;
    yield lie(`${file.path} is ${fileType}`, ["sbom.file-differs"], truth, replaced({ fileType }));
  }
  yield lie(`${file.path} has another path`, ["sbom.file-missing", "sbom.file-unknown", ...LINK, ...MODULE, "sbom.toolchain-differs"], truth, replaced({ path: `${file.path}.old` })); // prettier-ignore
  const other = random.pick([file, ...truth.files.filter((item) => item !== file)]);
  if (other !== file) {
    // The digests of another file: of another system, where both are binaries.
    const { sha1, sha256, sha512 } = other;
    yield lie(`${file.path} has the digests of ${other.path}`, ["sbom.file-differs"], truth, replaced({ sha1, sha256, sha512 })); // prettier-ignore
  }
  yield lie(
    `${file.path} is dropped`,
    ["sbom.file-missing", ...LINK, ...MODULE, "sbom.toolchain-differs"],
    truth,
    {
      files: truth.files.filter((item) => item !== file),
      relationships: truth.relationships.filter(({ from, to }) => from !== file.id && to !== file.id),
    },
  );
}

const LINKING: Names = [...LINK, ...MODULE, "sbom.purl-differs", "sbom.toolchain-differs", "sbom.file-not-contained", "sbom.package-missing", UNREADABLE]; // prettier-ignore

function* relationshipLies(truth: SpdxDocument, item: SpdxRelationship, random: Random): Generator<Lie> {
  const words = `${item.from} ${item.type} ${item.to}`;
  const others = truth.relationships.filter((other) => other !== item);
  yield lie(`not: ${words}`, LINKING, truth, { relationships: others });
  const { from, type, to } = item;
  const turned = { from: to, type, to: from };
  yield lie(`turned: ${words}`, LINKING, truth, { relationships: [...others, turned] });
  const word = random.pick(["DYNAMIC_LINK", "OTHER", "DEPENDENCY_OF", "COPY_OF", "VARIANT_OF"]);
  yield lie(`${word}: ${words}`, LINKING, truth, { relationships: [...others, { from, type: word, to }] });
  const end = elsewhere(truth, to, random);
  if (!isCopied(truth, { from, type, to: end }))
    yield lie(`to ${end}: ${words}`, LINKING, truth, { relationships: [...others, { from, type, to: end }] });
}

function* addedLies(truth: SpdxDocument, random: Random): Generator<Lie> {
  const stated = new Set(truth.relationships.map(({ from, type, to }) => `${from} ${type} ${to}`));
  const types = [
    "STATIC_LINK",
    "DEPENDS_ON",
    "CONTAINS",
    "GENERATED_FROM",
    "BUILD_TOOL_OF",
    "COPY_OF",
  ] as const;
  for (let count = 0; count < 60; count += 1) {
    const added = {
      from: elsewhere(truth, "", random),
      type: random.pick(types),
      to: elsewhere(truth, "", random),
    };
    const words = `${added.from} ${added.type} ${added.to}`;
    if (stated.has(words) || isCopied(truth, added)) continue;
    yield lie(`made up: ${words}`, LINKING, truth, { relationships: [...truth.relationships, added] });
  }
}

/** That a plain file was made from the source may be so: a command of the config may have copied it. */
function isCopied({ files, packages }: SpdxDocument, { from, type, to }: SpdxRelationship): boolean {
  const isPlain = files.some(({ id, path }) => id === from && path === "LICENSE");
  return (
    type === "GENERATED_FROM" &&
    isPlain &&
    packages.some(({ id, purpose }) => id === to && purpose === "SOURCE")
  );
}

function elsewhere({ packages, files }: SpdxDocument, not: string, random: Random): string {
  const ids = [...packages, ...files].map(({ id }) => id).filter((id) => id !== not);
  const [first = "", ...rest] = ids;
  return random.pick([first, ...rest]);
}

/** Changes of the bytes that no writer of ours would make. */
function* rawLies(truth: SpdxDocument, random: Random): Generator<Lie> {
  const text = Buffer.from(writeSpdx2(truth)).toString("utf8");
  const spdx3 = writeSpdx3(truth);
  const changes: readonly (readonly [string, string])[] = [
    [truth.namespace, truth.namespace.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))],
    [truth.namespace, `https://cavra.dev/spdx/other-${random.text("0123456789abcdef", 64)}`],
    ["SPDX-2.3", "SPDX-2.2"],
    ["CC0-1.0", "MIT"],
    ["Generation context: build", "Generation context: source"],
    ['"filesAnalyzed": true', '"filesAnalyzed": false'],
    ['"algorithm": "SHA1"', '"algorithm": "SHA256"'],
    ['"name":', '"comment": "x",\n  "name":'],
    ["PACKAGE-MANAGER", "PACKAGE_MANAGER"],
    ["{", "{\n"],
    ["STATIC_LINK", "static_link"],
    ["SPDXRef-DOCUMENT", "SPDXRef-Document"],
  ];
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`the SBOM has no ${from}`);
    const spdx2 = Buffer.from(
      text.replace(from, () => to),
      "utf8",
    );
    yield { how: `${from} becomes ${to}`, named: [UNREADABLE], spdx2, spdx3 };
  }
}

/** SPDX 3 alone lies: any of its texts. */
function* spdx3Lies(truth: SpdxDocument, random: Random): Generator<Lie> {
  const spdx2 = writeSpdx2(truth);
  const text = Buffer.from(writeSpdx3(truth)).toString("utf8");
  const places = [...text.matchAll(/"([^"\n]{2,})"/g)];
  for (let count = 0; count < 80; count += 1) {
    const place = places[random.below(places.length)];
    if (place === undefined) continue;
    const at = place.index + 1 + random.below((place[1] ?? "").length);
    const spdx3 = Buffer.from(
      `${text.slice(0, at)}${text.charAt(at) === "x" ? "y" : "x"}${text.slice(at + 1)}`,
    );
    yield { how: `SPDX 3, byte ${at}`, named: ["sbom.spdx3-differs"], spdx2, spdx3 };
  }
}
