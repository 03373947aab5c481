import { createHash, createPublicKey, verify } from "node:crypto";

// The rules of the existing system's reader, written from their description and with nothing of ours: an oracle.

type Json = Readonly<Record<string, unknown>>;

export interface ExistingVerdict {
  readonly errors: readonly string[];
  readonly verifiedSignatures: readonly string[];
}

export interface ExistingFlags {
  /** `--require-signatures`, its default. */
  readonly requireSignatures: boolean;
}

/** `verify-go-package` of the existing system over a package, by path: valid without errors. */
export function readAsExisting(
  files: ReadonlyMap<string, Uint8Array>,
  { requireSignatures }: ExistingFlags = { requireSignatures: true },
): ExistingVerdict {
  const reader = new ExistingReader(files);
  return reader.run(requireSignatures);
}

class ExistingReader {
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #errors: string[] = [];
  readonly #sums = new Map<string, string>();

  constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.#files = files;
  }

  run(requireSignatures: boolean): ExistingVerdict {
    const evidence = this.#json("release-evidence.json");
    if (evidence["schema_version"] !== "cavra.go-release.evidence.v1") this.#errors.push("evidence schema");
    this.#readSums();
    const artifacts = listOf(evidence["artifacts"]).map((item) => String(item["relative_path"]));
    for (const path of artifacts) {
      if (path !== "checksums.txt" && !this.#sums.has(path))
        this.#errors.push(`${path} is in no checksum line`);
    }
    this.#installers(evidence);
    this.#reproducibility(evidence);
    this.#provenance(evidence);
    const verifiedSignatures = this.#signatures();
    if (requireSignatures) {
      if (verifiedSignatures.length === 0) this.#errors.push("no signature");
      for (const path of [...artifacts, "release-evidence.json"]) {
        if (!verifiedSignatures.includes(path)) this.#errors.push(`${path} is not signed`);
      }
    }
    return { errors: this.#errors, verifiedSignatures };
  }

  #readSums(): void {
    const text = Buffer.from(this.#files.get("checksums.txt") ?? []).toString("utf8");
    for (const line of text.split("\n").filter((each) => each.trim() !== "")) {
      const [digest = "", path = ""] = line.split(/\s+(.*)/s);
      if (!/^[0-9a-f]{64}$/i.test(digest)) this.#errors.push(`bad line ${line}`);
      this.#sums.set(path, digest.toLowerCase());
      this.#demandDigest(path, digest.toLowerCase());
    }
  }

  #installers(evidence: Json): void {
    const document = this.#optional("cavra-runtime.installers.json");
    if (document === undefined) return;
    this.#demandHeader(document, "cavra.go-runtime.installers.v1", evidence);
    const targets = listOf(document["targets"]);
    if (targets.length === 0) this.#errors.push("installers without a target");
    for (const target of targets) {
      this.#demandDigest(String(target["binary"]), String(target["binary_sha256"]));
      this.#demandText(target, "install_path", "install_method");
      if (!String(target["verification_command"]).includes("sha256sum")) this.#errors.push("no sha256sum");
    }
  }

  #reproducibility(evidence: Json): void {
    const document = this.#optional("cavra-runtime.reproducibility.json");
    if (document === undefined) return;
    this.#demandHeader(document, "cavra.go-runtime.reproducibility.v1", evidence);
    this.#demandText(document, "module_dir");
    const controls = textsOf(document["controls"]);
    for (const control of REPRODUCIBILITY_CONTROLS) {
      if (!controls.includes(control)) this.#errors.push(`no control ${control}`);
    }
    const environment = objectOf(document["build_environment"]);
    if (environment["CGO_ENABLED"] !== "0") this.#errors.push("cgo");
    for (const flag of ["-trimpath", "-mod=readonly", "-buildvcs=false"]) {
      if (!String(environment["GOFLAGS"]).includes(flag)) this.#errors.push(`no ${flag}`);
    }
    const ldflags = textsOf(objectOf(document["build_flags"])["ldflags"]);
    if (!ldflags.includes("-buildid=")) this.#errors.push("no empty build id");
    const binaries = listOf(document["binaries"]);
    for (const binary of binaries) {
      this.#demandDigest(String(binary["binary"]), String(binary["binary_sha256"]));
      for (const word of ["CGO_ENABLED=0", "-buildid=", "go build"]) {
        if (!String(binary["rebuild_command"]).includes(word)) this.#errors.push(`no ${word} in a rebuild`);
      }
    }
    const built = binaries.map(({ target }) => String(target)).toSorted();
    const declared = textsOf(document["go_targets"]).toSorted();
    if (built.length === 0 || built.join() !== declared.join()) this.#errors.push("targets differ");
  }

  #provenance(evidence: Json): void {
    const document = this.#json("cavra-runtime.provenance.intoto.json");
    if (document["_type"] !== "https://in-toto.io/Statement/v1") this.#errors.push("statement type");
    if (document["predicateType"] !== "https://slsa.dev/provenance/v1") this.#errors.push("predicate type");
    const predicate = objectOf(document["predicate"]);
    const definition = objectOf(predicate["buildDefinition"]);
    this.#demandText(definition, "buildType");
    this.#demandText(objectOf(objectOf(predicate["runDetails"])["builder"]), "id");
    const parameters = objectOf(definition["externalParameters"]);
    for (const name of ["version", "ref"]) {
      if (parameters[name] !== evidence[name]) this.#errors.push(`provenance of another ${name}`);
    }
    const subjects = listOf(document["subject"]);
    if (subjects.length === 0) this.#errors.push("no subject");
    for (const { name, digest } of subjects)
      this.#demandDigest(String(name), String(objectOf(digest)["sha256"]));
  }

  #signatures(): readonly string[] {
    return [...this.#files.keys()]
      .filter((path) => path.endsWith(".sig.json"))
      .flatMap((path) => {
        const subject = this.#verified(path);
        if (subject === undefined) this.#errors.push(`${path} does not verify`);
        return subject ?? [];
      });
  }

  /** Rule 11: with the key inside. */
  #verified(path: string): string | undefined {
    const signature = this.#json(path);
    const subject = String(signature["subject"]);
    const bytes = this.#files.get(subject);
    const pem = String(signature["public_key_pem"]);
    const isSound =
      signature["schema_version"] === "cavra.go-release.signature.v1" &&
      signature["algorithm"] === "Ed25519" &&
      signature["public_key_sha256"] === digestOf(Buffer.from(pem)) &&
      bytes !== undefined &&
      signature["subject_sha256"] === digestOf(bytes) &&
      verify(null, bytes, createPublicKey(pem), Buffer.from(String(signature["value"]), "base64"));
    return isSound ? subject : undefined;
  }

  #demandHeader(document: Json, schema: string, evidence: Json): void {
    if (document["schema_version"] !== schema) this.#errors.push(`not ${schema}`);
    if (document["version"] !== evidence["version"]) this.#errors.push(`${schema} of another version`);
  }

  #demandText(document: Json, ...names: readonly string[]): void {
    for (const name of names) if (!isText(document[name])) this.#errors.push(`no ${name}`);
  }

  #demandDigest(path: string, sha256: string): void {
    const bytes = this.#files.get(path);
    if (bytes === undefined || digestOf(bytes) !== sha256) this.#errors.push(`${path} is another file`);
    if (this.#sums.has(path) && this.#sums.get(path) !== sha256)
      this.#errors.push(`${path}: checksums differ`);
  }

  #optional(path: string): Json | undefined {
    return this.#files.has(path) ? this.#json(path) : undefined;
  }

  #json(path: string): Json {
    return objectOf(JSON.parse(Buffer.from(this.#files.get(path) ?? []).toString("utf8") || "{}"));
  }
}

const REPRODUCIBILITY_CONTROLS = [
  "cgo-disabled",
  "trimpath-enabled",
  "readonly-module-resolution",
  "buildvcs-disabled",
  "empty-go-buildid",
  "target-matrix-declared",
  "binary-digests-declared",
  "airgap-rebuild-guidance",
];

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
