import { describe, expect, it } from "vitest";
import { generateKeyPair } from "../../../src/crypto/keys.ts";
import { legacyProblems } from "../../../src/judge/checks/legacy-problems.ts";
import type { Report } from "../../../src/model/report.ts";
import { readAsExisting } from "../../support/existing-reader.ts";
import {
  legacyPackage,
  LEGACY_TARGETS,
  type LegacyOptions,
  type LegacyPackage,
} from "../../support/legacy-package.ts";
import { legacySignature, type Json, type JsonMembers } from "../../support/legacy-signature.ts";
import { scratchFolder } from "../../support/scratch-folder.ts";
import { outcomeOf } from "../../support/tampered.ts";
import { testKey } from "../../support/trust.ts";
import { folderOf, judgedUnsigned } from "../../support/unsigned-folder.ts";

const folder = scratchFolder();
const EVIDENCE = "release-evidence.json";
const BOOTSTRAP = "offline-trust-root-bootstrap.json";
const PROVENANCE = "cavra-runtime.provenance.intoto.json";
const SBOM = "cavra-runtime.sbom.spdx.json";
const INSTALLERS = "cavra-runtime.installers.json";
const REPRODUCIBILITY = "cavra-runtime.reproducibility.json";
const LINUX = "bin/cavra-runtime_v0.0.9_linux_amd64";
const OTHER_DIGEST = "0".repeat(64);

async function judged({ top, files }: LegacyPackage): Promise<Report> {
  return judgedUnsigned(folderOf(folder, top, files));
}

async function errorsOf(options: LegacyOptions): Promise<readonly string[]> {
  const report = await judged(legacyPackage(options));
  if (report.verdict.word !== "FAIL") return [report.verdict.word];
  const ids = report.findings.filter(({ severity }) => severity === "error").map(({ id }) => id);
  return [...new Set(ids)].toSorted();
}

/** A maker who writes other members into one document. */
function withMembers(
  path: string,
  change: JsonMembers | ((document: JsonMembers) => JsonMembers),
): LegacyOptions {
  return {
    edit: {
      [path]: (document) => ({ ...document, ...(typeof change === "function" ? change(document) : change) }),
    },
  };
}

function listIn(document: JsonMembers, name: string): readonly JsonMembers[] {
  return document[name] as readonly JsonMembers[];
}

/** A maker who changes the first item of a list in one document. */
function withFirst(path: string, name: string, change: JsonMembers): LegacyOptions {
  return withMembers(path, (document) => ({
    [name]: listIn(document, name).map((item, index) => (index === 0 ? { ...item, ...change } : item)),
  }));
}

function after(change: (files: Map<string, Uint8Array>) => void): LegacyOptions {
  return { after: change };
}

const text = (value: string): Uint8Array => Buffer.from(value);
const bytesAt = (files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array => {
  const bytes = files.get(path);
  if (bytes === undefined) throw new Error(`no ${path}`);
  return bytes;
};

/** Signs one file again, with other members. */
function resigned(path: string, change: JsonMembers, key = testKey("attacker").key): LegacyOptions {
  return after((files) =>
    files.set(`${path}.sig.json`, legacySignature(path, bytesAt(files, path), key, change)),
  );
}

function predicate(document: JsonMembers, part: string, change: JsonMembers): JsonMembers {
  const whole = document["predicate"] as Readonly<Record<string, JsonMembers>>;
  return { predicate: { ...whole, [part]: { ...whole[part], ...change } } };
}

function list(change: (text: string) => string): LegacyOptions {
  return {
    key: null,
    after: (files) =>
      files.set(
        "checksums.txt",
        text(change(Buffer.from(bytesAt(files, "checksums.txt")).toString("latin1"))),
      ),
  };
}

type Vector = readonly [weakness: string, how: string, options: LegacyOptions, ...findings: string[]];

/** The ids are those of the weaknesses of that system; a stranger to it reads the second column. */
const VECTORS: readonly Vector[] = [
  ["S2", "a signature is moved to another file",
    after((files) => files.set("go-modules.json.sig.json", bytesAt(files, `${LINUX}.sig.json`))),
    "legacy.signatures-differ", "signatures.legacy-relabelled"],
  ["S2", "the signer of a signature is another one", resigned("go-modules.json", { signer: "release-team" }),
    "legacy.signatures-differ"],
  ["S2", "a signature is of another release", resigned("go-modules.json", { subject_sha256: OTHER_DIGEST }),
    "signatures.legacy-other-bytes"],
  ["S3", "one file is signed with another key",
    resigned("go-modules.json", {}, generateKeyPair("ed25519").key),
    "legacy.signatures-differ", "signatures.legacy-keys-differ"],
  ["S3", "the instructions name another key", withMembers(BOOTSTRAP, { signature_key_id: "another" }),
    "legacy.document-differs"],
  ["S3", "a signature names another key id", resigned("go-modules.json", { key_id: "another" }),
    "legacy.document-differs", "legacy.signatures-differ"],
  ["S4", "a key that is none", resigned("go-modules.json", { public_key_pem: "none" }),
    "signatures.legacy-key-unusable"],
  ["S4", "a signature that is a list", after((files) => files.set("go-modules.json.sig.json", text("[]"))),
    "legacy.signatures-differ", "signatures.legacy-malformed"],
  ["S4", "a manifest with a list for a text", withMembers(EVIDENCE, { version: ["v0.0.9"] }),
    "legacy.manifest-unreadable"],
  ["S4", "a document that is a list", { edit: { [INSTALLERS]: () => [] } }, "legacy.document-unreadable"],
  ["S4", "a document with nested types", withMembers(REPRODUCIBILITY, { binaries: [{ binary: [], binary_sha256: 1 }] }),
    "legacy.document-unreadable"],
  ["S5", "a dry run", withMembers(EVIDENCE, { dry_run: true }), "legacy.dry-run"],
  ["P1", "a binary that no list has", after((files) => files.set("bin/extra", text("extra"))), "files.unlisted"],
  ["P1", "an attestation that was put inside", after((files) => files.set("github-keyless-attestation.json", text("{}"))),
    "files.unlisted"],
  ["P1", "a notice of no signatures beside signatures",
    after((files) => files.set("unsigned-dry-run-notice.json", text("{}"))), "files.unlisted"],
  ["P2", "a manifest without artifacts", withMembers(EVIDENCE, { artifacts: [], controls: [] }),
    "legacy.artifact-missing"],
  ["P2", "a file that is listed and not in the manifest",
    withMembers(EVIDENCE, (document) => ({ artifacts: listIn(document, "artifacts").slice(1) })),
    "legacy.artifact-missing"],
  ["P2", "an artifact that no list has",
    withMembers(EVIDENCE, (document) => ({
      artifacts: [
        ...listIn(document, "artifacts"),
        { relative_path: "bin/gone", sha256: OTHER_DIGEST, size_bytes: 1, kind: "file" },
      ],
    })),
    "legacy.artifact-unknown"],
  ["P2", "an artifact twice",
    withMembers(EVIDENCE, (document) => ({
      artifacts: [...listIn(document, "artifacts"), ...listIn(document, "artifacts").slice(0, 1)],
    })),
    "legacy.artifact-repeated"],
  ["P3", "another digest in the manifest", withFirst(EVIDENCE, "artifacts", { sha256: OTHER_DIGEST }),
    "legacy.artifact-differs"],
  ["P3", "another size in the manifest", withFirst(EVIDENCE, "artifacts", { size_bytes: 1 }), "legacy.artifact-differs"],
  ["P3", "another count of signatures", withMembers(EVIDENCE, { signature_count: 1 }), "legacy.signatures-differ"],
  ["P3", "signatures that are not listed", withMembers(EVIDENCE, { signatures: [], signature_count: 0 }),
    "legacy.signatures-differ"],
  ["P3", "another commit in a document", withMembers(INSTALLERS, { commit: "0".repeat(40) }), "legacy.document-differs"],
  ["P3", "one signature taken away", after((files) => files.delete("go-modules.json.sig.json")),
    "legacy.signatures-differ", "signatures.legacy-missing"],
  ["P3", "the signature of the manifest taken away", after((files) => files.delete(`${EVIDENCE}.sig.json`)),
    "signatures.legacy-missing"],
  ["P3", "all signatures taken away",
    after((files) => {
      for (const path of files.keys()) if (path.endsWith(".sig.json")) files.delete(path);
    }),
    "legacy.control-false", "legacy.signatures-differ"],
  ["P4", "a file listed twice", { ...list((lines) => lines + lines.slice(0, lines.indexOf("\n") + 1)), edit: unsignedClaims() },
    "files.listed-twice"],
  ["P4", "a marker of binary mode", { ...list((lines) => lines.replace("  bin/", " *bin/")), edit: unsignedClaims() },
    "files.list-unreadable"],
  ["P4", "a name that is not normal", { ...list((lines) => lines.replace("  bin/", "  bin/../bin/")), edit: unsignedClaims() },
    "files.list-unreadable"],
  ["P5", "a provenance that leaves a file out",
    withMembers(PROVENANCE, (document) => ({ subject: listIn(document, "subject").slice(1) })), "legacy.subject-missing"],
  ["P5", "a provenance of a file that is not there",
    withMembers(PROVENANCE, (document) => ({
      subject: [...listIn(document, "subject"), { name: "bin/gone", digest: { sha256: OTHER_DIGEST } }],
    })),
    "legacy.subject-unknown"],
  ["P5", "a provenance that names a file twice",
    withMembers(PROVENANCE, (document) => ({
      subject: [...listIn(document, "subject"), ...listIn(document, "subject").slice(0, 1)],
    })),
    "legacy.subject-repeated"],
  ["P5", "a provenance of other bytes", withFirst(PROVENANCE, "subject", { digest: { sha256: OTHER_DIGEST } }),
    "legacy.subject-differs"],
  ["P5", "a provenance of another version",
    withMembers(PROVENANCE, (document) =>
      predicate(document, "buildDefinition", { externalParameters: { version: "v0.0.8", ref: "refs/tags/v0.0.9" } }),
    ),
    "legacy.provenance-differs"],
  ["P5", "a provenance of another commit",
    withMembers(PROVENANCE, (document) =>
      predicate(document, "buildDefinition", { resolvedDependencies: [{ digest: { gitCommit: "0".repeat(40) } }] }),
    ),
    "legacy.provenance-differs"],
  ["P5", "a provenance of no commit",
    withMembers(PROVENANCE, (document) => predicate(document, "buildDefinition", { resolvedDependencies: [] })),
    "legacy.provenance-differs"],
  ["P5", "a laptop that calls itself a hosted runner",
    withMembers(PROVENANCE, (document) =>
      predicate(document, "runDetails", { metadata: { invocationId: "https://github.com/example/cavra/actions/runs/local" } }),
    ),
    "legacy.builder-not-shown"],
  ["P6", "an SBOM that is none", { edit: { [SBOM]: () => ({}) } }, "legacy.document-unreadable"],
  ["P6", "an SBOM of another release",
    withMembers(SBOM, (document) => ({ documentNamespace: (document["documentNamespace"] as string).replace("v0.0.9", "v0.0.8") })),
    "legacy.sbom-differs"],
  ["P6", "an SBOM that leaves out a linked module",
    withMembers(SBOM, (document) => ({ packages: listIn(document, "packages").slice(0, 2) })), "legacy.sbom-incomplete"],
  ["P7", "no key, and a claim of signatures", { key: null, edit: { [EVIDENCE]: unrequired } }, "legacy.control-false"],
  ["P7", "a claim of channels without any", { ...withMembers(EVIDENCE, (document) => ({
      artifacts: listIn(document, "artifacts").map((item) =>
        item["kind"] === "release-channel-manifest" ? { ...item, kind: "file" } : item,
      ),
    })) },
    "legacy.control-false"],
  ["P8", "a lost target", { targets: LEGACY_TARGETS.slice(0, 2) }, "legacy.target-lost"],
  ["P8", "a target that was not built", withMembers(REPRODUCIBILITY, { go_targets: ["linux/amd64"] }), "legacy.target-lost"],
  ["A9", "a folder of another version", { top: "go-runtime-v0.0.8" }, "legacy.top-differs"],
  ["A9", "instructions for another zip", withMembers(BOOTSTRAP, { release_package: "cavra-go-runtime-v0.0.8.zip" }),
    "legacy.document-differs"],
  ["A9", "instructions of another version", withMembers(BOOTSTRAP, { version: "v0.0.8" }), "legacy.document-differs"],
  ["A9", "instructions that require a file that is not there", withMembers(BOOTSTRAP, { required_files: ["gone"] }),
    "legacy.document-missing"],
  ["", "a file that was changed", after((files) => files.set(LINUX, text("changed"))),
    "files.digest-mismatch", "signatures.legacy-other-bytes"],
  ["", "a file that is gone", after((files) => files.delete(LINUX)), "files.missing", "signatures.legacy-stray"],
  ["", "a document that names other bytes", withFirst(INSTALLERS, "targets", { binary_sha256: OTHER_DIGEST }),
    "legacy.claim-differs"],
  ["", "a document that names another size", withFirst(INSTALLERS, "targets", { size_bytes: 1 }), "legacy.claim-differs"],
  ["", "a document that names a file that is not there", withFirst(INSTALLERS, "targets", { binary: "bin/gone" }),
    "legacy.claim-differs"],
  ["", "a document of another kind", withMembers(INSTALLERS, { schema_version: "cavra.go-runtime.channels.v1" }),
    "legacy.document-differs"],
  ["", "a second document of a kind", { files: { "other.installers.json": "{}" } }, "legacy.document-unreadable"],
]; // prettier-ignore

/** What an early maker without a key wrote: it claims no signatures and requires none. */
function unrequired(document: JsonMembers): Json {
  return { ...document, signing_required: false };
}

function unsignedClaims(): NonNullable<LegacyOptions["edit"]> {
  return {
    [EVIDENCE]: (document) => ({
      ...document,
      controls: (document["controls"] as readonly string[]).filter((id) => !/signed-|signatures$/.test(id)),
    }),
  };
}

describe("a package of the system before cavra", () => {
  it("is UNKNOWN at best, and the reason says what it is", async () => {
    const sample = legacyPackage();
    expect(readAsExisting(new Map(sample.files.map(({ path, bytes }) => [path, bytes]))).errors).toEqual([]);
    const report = await judged(sample);
    expect(outcomeOf(report)).toEqual({
      verdict: "UNKNOWN",
      exitCode: 4,
      findings: ["legacy.not-covered", "legacy.proves-nothing"],
    });
    expect(report.verdict.reason).toContain("a package of the system before cavra");
    expect(report.notChecked).toContainEqual({
      id: "manifest.agrees",
      reason: "not asked of a package of the system before cavra",
    });
  });

  it("is UNKNOWN too without a signature, where it claims none", async () => {
    const report = await judged(legacyPackage({ key: null, edit: unsignedClaims() }));
    expect(outcomeOf(report)).toMatchObject({ verdict: "UNKNOWN", exitCode: 4 });
    const open = report.findings.filter(({ id }) => id === "legacy.not-covered").map(({ at }) => at);
    expect(open).toEqual(["release-evidence.md", EVIDENCE, "unsigned-dry-run-notice.json"]);
    const nobody = { id: "legacy.proves-nothing", actual: "v0.0.9, no .sig.json file" };
    expect(report.findings).toContainEqual(expect.objectContaining(nobody));
  });

  it("S1: is no better when somebody else made all of it and signed it", async () => {
    const stranger = generateKeyPair("ed25519").key;
    const report = await judged(legacyPackage({ key: stranger, files: { "bin/backdoor": "exit" } }));
    expect(report.verdict.word).toBe("UNKNOWN");
  });

  it("may have members that other versions of that system add", async () => {
    const report = await judged(legacyPackage(withMembers(EVIDENCE, { repository: "a/b", score: 1.5 })));
    expect(report.verdict.word).toBe("UNKNOWN");
  });

  const vectors = VECTORS.map(([weakness, how, options, ...findings]) => ({
    weakness,
    how,
    options,
    findings,
  }));
  it.each(vectors)("fails $weakness: $how", async ({ options, findings }) => {
    expect(await errorsOf(options)).toEqual(findings);
  });

  it.each([PROVENANCE, SBOM, BOOTSTRAP])("fails when the maker left out %s", async (path) => {
    expect(await errorsOf({ leaveOut: [path] })).toContain("legacy.document-missing");
  });

  it("may lack what the user waives, and stays UNKNOWN", async () => {
    const leaveOut = [PROVENANCE, BOOTSTRAP];
    const sample = legacyPackage({ leaveOut, ...withMembers(EVIDENCE, { controls: [] }) });
    const path = folderOf(folder, sample.top, sample.files);
    const waived = { allowMissingProvenance: true, allowMissingBootstrap: true };
    expect((await judgedUnsigned(path, waived)).verdict.word).toBe("UNKNOWN");
    for (const name of ["allowMissingProvenance", "allowMissingBootstrap"]) {
      expect((await judgedUnsigned(path, { ...waived, [name]: false })).verdict.word).toBe("FAIL");
    }
  });

  it.each(["release_counter", "config_sha256", "zip"])(
    "is judged as ours with our member %s",
    async (name) => {
      const report = await judged(legacyPackage(withMembers(EVIDENCE, { [name]: 1 })));
      expect(outcomeOf(report)).toMatchObject({ verdict: "FAIL" });
      expect(report.checks.filter(({ id }) => id.startsWith("legacy."))).toEqual([]);
      expect(report.findings.map(({ id }) => id)).toContain("files.list-unreadable");
    },
  );

  it("has no problem without a vector", () => {
    const reached = new Set(VECTORS.flatMap(([, , , ...findings]) => findings));
    const soft = ["legacy.not-covered", "legacy.proves-nothing"];
    expect(legacyProblems.map(({ id }) => id).filter((id) => !reached.has(id))).toEqual(
      expect.arrayContaining(soft),
    );
    expect(legacyProblems.filter(({ id }) => !reached.has(id) && !soft.includes(id))).toEqual([]);
  });
});
