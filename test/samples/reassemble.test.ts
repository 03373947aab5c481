import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { opensslCopy } from "../../src/make/stock-copies.ts";
import { keySigner } from "../../src/crypto/signer.ts";
import { digestSet, fileDigests } from "../../src/crypto/digest.ts";
import { openLocalPackage } from "../../src/flows/local-package.ts";
import { openSubject } from "../../src/flows/open-subject.ts";
import { inspectBinary } from "../../src/formats/binary.ts";
import { parseEnvelope } from "../../src/formats/dsse.ts";
import { writeReleaseStatement } from "../../src/formats/release-statement.ts";
import { packZip } from "../../src/io/zip-archive.ts";
import { makeDocuments } from "../../src/make/package/make-documents.ts";
import {
  NO_LICENSE,
  type PackageFile,
  type PackageInput,
  type StatedLicense,
} from "../../src/make/package/package-input.ts";
import { releaseStatementOf, signatureSet } from "../../src/make/sign.ts";
import { addKey, draftTrustRoot } from "../../src/make/trust-draft.ts";
import type { ResolvedDependency, SpdxPackage } from "../../src/model/documents.ts";
import type { Envelope } from "../../src/model/envelope.ts";
import { CHECKSUMS_FILE, MANIFEST_FILE, provenanceFile } from "../../src/model/layers.ts";
import type { Artifact } from "../../src/model/manifest.ts";
import type { Parsed } from "../../src/model/parsed.ts";
import type { Release } from "../../src/model/release.ts";
import { CANDIDATE, SAMPLE_TRUST, SAMPLES, STABLE } from "../support/samples.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { signedTestRoot, testKey } from "../support/trust.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";

const folder = scratchFolder();
const PRODUCT_KINDS = ["go-binary", "binary", "file"] as const;

interface Unpacked {
  readonly release: Release;
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

async function unpack(zip: string): Promise<Unpacked> {
  const { inspection } = await openLocalPackage(zip);
  const subject = await openSubject(zip);
  try {
    const opened = subject.openContainer(DEFAULT_LIMITS);
    if (!opened.ok) throw new Error(`${zip} has another grammar`);
    const { container } = opened;
    const bytes = new Map(container.entries.map(({ path }) => [path, container.read(path)]));
    return { release: inspection.release, bytes };
  } finally {
    await subject.close();
  }
}

function valueOf<T>(document: Parsed<T>): T {
  if (document.ok) return document.value;
  throw new Error(`${document.at} ${document.reason}`);
}

/** What the makers of the package knew, from nothing but its product files and what its documents say. */
function packageInput(unpacked: Unpacked): PackageInput {
  const { documents, top } = unpacked.release;
  const { artifacts, controls, ...facts } = valueOf(documents.manifest);
  const { packages, creators } = valueOf(documents.sbom);
  const { dependencies } = valueOf(documents.provenance);
  const main = packages.find(({ name }) => name === facts.product);
  const organization = creators.find((creator) => creator.startsWith("Organization: "));
  const [, vendor = null, contact = ""] = /^Organization: (.*) \((.*)\)$/.exec(organization ?? "") ?? [];
  const sums = new Map(
    valueOf(documents.goModules).modules.map(({ path, version, sum }) => [`${path}@${version}`, sum]),
  );
  expect(controls.length).toBeGreaterThan(0);
  return {
    ...facts,
    sourceTree: dependencies.find(({ name }) => name === "source")?.digest.get("gitTree") ?? "",
    goSources: new Map(dependencies.flatMap(goSource)),
    vendor,
    contact,
    license: main === undefined ? NO_LICENSE : statedLicense(main),
    topFolder: top,
    files: artifacts.flatMap((artifact) => packageFile(artifact, unpacked)),
    goSum: (path, version) => sums.get(`${path}@${version}`),
    moduleLicense: (path, version) => {
      const listed = packages.find((item) => item.name === path && item.version === version);
      return listed === undefined ? NO_LICENSE : statedLicense(listed);
    },
  };
}

function goSource({ uri, name, digest }: ResolvedDependency): readonly (readonly [string, string])[] {
  const version = /^pkg:generic\/go@(.*)$/.exec(uri)?.[1];
  const dirHash = digest.get("dirHash");
  return name !== "toolchain" || version === undefined || dirHash === undefined
    ? []
    : [[`go${version}`, dirHash]];
}

function statedLicense({
  licenseDeclared: declared,
  licenseConcluded: concluded,
}: SpdxPackage): StatedLicense {
  return { declared, concluded };
}

function packageFile(
  { path, kind: anyKind, target }: Artifact,
  { release, bytes }: Unpacked,
): readonly PackageFile[] {
  const kind = PRODUCT_KINDS.find((name) => name === anyKind);
  const content = bytes.get(path);
  const mode = release.files.get(path)?.mode;
  if (kind === undefined) return [];
  if (content === undefined || mode === undefined) throw new Error(`${path} is missing`);
  const built = valueOf(release.documents.reproducibility).binaries.find(({ binary }) => binary === path);
  const installer = valueOf(release.documents.installers).targets.find(({ binary }) => binary === path);
  const facts = inspectBinary(content);
  const { builder, toolchain, moduleDir, environment, argv, rebuildCommand } = built ?? NO_BUILD;
  return [
    {
      path,
      kind,
      mode,
      sizeBytes: content.byteLength,
      target: target ?? null,
      installName: posix.basename(installer?.installPath.replaceAll("\\", "/") ?? "") || null,
      binary: facts?.ok === true ? facts.facts : null,
      recipe:
        builder === undefined
          ? null
          : { builder, toolchain, workingDirectory: moduleDir, environment, argv, rebuildCommand },
      materials: [],
      originVerified: built?.originVerified ?? true,
      ...fileDigests(content),
    },
  ];
}

const NO_BUILD = {
  builder: undefined,
  toolchain: "",
  moduleDir: "",
  environment: new Map<string, string>(),
  argv: [],
  rebuildCommand: null,
};

describe.each([STABLE, CANDIDATE])(
  "the sample $version, put together again without Go",
  ({ zip, zipName }) => {
    it("has the same documents, byte for byte", async () => {
      const unpacked = await unpack(zip);
      const input = packageInput(unpacked);
      const documents = makeDocuments(input);
      for (const { path, bytes } of documents) {
        expect(Buffer.from(bytes).toString("utf8"), path).toBe(
          Buffer.from(unpacked.bytes.get(path) ?? []).toString("utf8"),
        );
      }
      const paths = [...documents, ...input.files].map(({ path }) => path);
      expect(paths.toSorted()).toEqual([...unpacked.bytes.keys()].toSorted());
      expect(input.files.map(({ path }) => path)).toEqual([
        "LICENSE",
        ...["darwin_arm64", "linux_amd64", "windows_amd64.exe"].map(
          (name) => `bin/cavra-runtime_v${input.version}_${name}`,
        ),
      ]);
    });

    it("has the same zip, byte for byte", async () => {
      const { release, bytes } = await unpack(zip);
      const { sourceDateEpoch, zip: recipe } = valueOf(release.documents.manifest);
      const again = join(folder, zipName);
      const entries = [...release.files.values()].toReversed().map(({ path, mode }) => ({
        path,
        mode,
        read: () => bytes.get(path) ?? new Uint8Array(),
      }));
      await packZip(again, entries, { top: release.top, method: recipe.method, sourceDateEpoch });
      expect(readFileSync(again).equals(readFileSync(zip))).toBe(true);
    });

    it("has the same signature set, byte for byte", async () => {
      const { release, bytes } = await unpack(zip);
      const raw = readFileSync(zip);
      const checksums = bytes.get(CHECKSUMS_FILE) ?? new Uint8Array();
      const statement = releaseStatementOf(valueOf(release.documents.manifest), {
        manifestSha256: fileDigests(bytes.get(MANIFEST_FILE) ?? new Uint8Array()).sha256,
        top: release.top,
        zip: { ...digestSet(raw), sizeBytes: raw.byteLength },
        checksums: digestSet(checksums),
        rootVersion: 1,
      });
      const provenance = bytes.get(provenanceFile("cavra-runtime")) ?? new Uint8Array();
      const sets = new Map<string, Uint8Array>();
      for (const name of ["release-ada", "release-bo"] as const) {
        const existing = {
          release: envelopeIn(sets, "release.dsse.json"),
          provenance: envelopeIn(sets, "provenance.dsse.json"),
        };
        const signer = keySigner(testKey(name));
        const copies = await opensslCopy(signer, checksums);
        const input = { statement: writeReleaseStatement(statement), provenance, copies, existing };
        const signed = await signatureSet({ ...input, signer });
        for (const [file, content] of signed) sets.set(file, content);
      }
      expect(readdirSync(`${zip}.sigs`).toSorted()).toEqual([...sets.keys()].toSorted());
      for (const [file, content] of sets) {
        expect(readFileSync(join(`${zip}.sigs`, file)).equals(content), file).toBe(true);
      }
    });
  },
);

function envelopeIn(files: ReadonlyMap<string, Uint8Array>, name: string): Envelope | undefined {
  const bytes = files.get(name);
  return bytes === undefined ? undefined : valueOf(parseEnvelope(name, bytes));
}

describe("dist-samples", () => {
  it("has a trust root of two release holders, both of whom must sign, for ten years", () => {
    const draft = draftTrustRoot({
      product: "cavra-runtime",
      purpose: "test",
      line: "main",
      channels: ["stable", "rc"],
      builderId: "https://cavra.dev/builders/local/v1",
      issued: Date.parse("2026-09-01T00:00:00Z") / 1000,
      validDays: 3650,
    });
    const withRoot = addKey(draft, testKey("root").publicKey, "Cleo", "root", undefined);
    const withAda = addKey(withRoot, testKey("release-ada").publicKey, "Ada", "release", undefined);
    const root = addKey(withAda, testKey("release-bo").publicKey, "Bo", "release", 2);
    expect(root.expires).toBe("2036-08-29T00:00:00Z");
    expect(readFileSync(SAMPLE_TRUST).equals(signedTestRoot(root))).toBe(true);
  });

  it("holds nothing else", () => {
    expect(readdirSync(SAMPLES).toSorted()).toEqual(
      [
        "README.md",
        ...[STABLE, CANDIDATE].flatMap(({ zipName }) => [zipName, `${zipName}.sigs`]),
        "trust-root.json",
      ].toSorted(),
    );
  });
});
