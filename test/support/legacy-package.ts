import type { KeyObject } from "node:crypto";
import {
  LEGACY_SIGNER,
  LEGACY_VERSION,
  legacySignature,
  pythonJson,
  sha256,
  type Json,
  type JsonMembers,
} from "./legacy-signature.ts";
import { smallBinary, type PackedFile } from "./small-release.ts";
import { testKey } from "./trust.ts";

// A small package of the system that cavra grows out of, made from the description of its files and with its own JSON.

export interface LegacyOptions {
  readonly version?: string;
  /** null: the maker had no key. */
  readonly key?: KeyObject | null;
  readonly targets?: readonly Target[];
  /** The top folder; named after the version if not given. */
  readonly top?: string;
  /** What a careless or hostile maker writes: everything above it is made, listed and signed accordingly. */
  readonly edit?: Readonly<Record<string, (document: JsonMembers) => Json>>;
  /** Files that such a maker adds or replaces before they are listed. */
  readonly files?: Readonly<Record<string, string>>;
  /** Paths that the maker leaves out. */
  readonly leaveOut?: readonly string[];
  /** What somebody does to the finished package. */
  readonly after?: (files: Map<string, Uint8Array>) => void;
}

export interface LegacyPackage {
  readonly top: string;
  readonly files: readonly PackedFile[];
}

type Target = Parameters<typeof smallBinary>[0];
type Kinds = Map<string, string>;

export const LEGACY_TARGETS: readonly Target[] = ["darwin/arm64", "linux/amd64", "windows/amd64"];
const COMMIT = "89abcdef0123456789abcdef0123456789abcdef";
const REF = "refs/tags/v0.0.9";
const REPOSITORY = "example/cavra";
const NOW = "2026-05-04T03:02:01.123456+00:00";
const HOSTED = "https://github.com/actions/runner/github-hosted";
const PREFIX = "cavra-runtime";
const CONTROLS = [
  "reproducible-go-build-flags",
  "sha256-checksums",
  "spdx-sbom",
  "slsa-provenance",
  "ed25519-detached-signatures",
  "signed-installer-metadata",
  "managed-endpoint-deployment-manifests",
  "signed-ci-runner-bundles",
  "release-channel-manifests",
  "managed-workstation-updater-policy",
  "release-evidence-manifest",
];

const BUILD_CONTROLS = [
  "cgo-disabled",
  "trimpath-enabled",
  "readonly-module-resolution",
  "buildvcs-disabled",
  "empty-go-buildid",
  "target-matrix-declared",
  "binary-digests-declared",
  "airgap-rebuild-guidance",
];
const REBUILD = "CGO_ENABLED=0 go build -ldflags='-s -w -buildid='";
const INSTALL = {
  install_method: "manual-binary",
  install_path: "/usr/local/bin/cavra-runtime",
  verification_command: "sha256sum -c checksums.txt",
};

export function legacyPackage(options: LegacyOptions = {}): LegacyPackage {
  const { version = LEGACY_VERSION, key = testKey("attacker").key, targets = LEGACY_TARGETS } = options;
  const maker = new LegacyMaker(version, targets, key, options);
  const files = maker.make();
  options.after?.(files);
  return {
    top: options.top ?? `go-runtime-${version}`,
    files: [...files].map(([path, bytes]): PackedFile => {
      return { path, bytes, mode: path.startsWith("bin/") && !path.endsWith(".json") ? 0o755 : 0o644 };
    }),
  };
}

class LegacyMaker {
  readonly #version: string;
  readonly #targets: readonly Target[];
  readonly #key: KeyObject | null;
  readonly #options: LegacyOptions;
  readonly #files = new Map<string, Uint8Array>();
  readonly #kinds: Kinds = new Map();

  constructor(version: string, targets: readonly Target[], key: KeyObject | null, options: LegacyOptions) {
    this.#version = version;
    this.#targets = targets;
    this.#key = key;
    this.#options = options;
  }

  make(): Map<string, Uint8Array> {
    for (const target of this.#targets) {
      this.#put(this.#binary(target), "go-binary", smallBinary(target, "0.0.9"));
    }
    this.#documents();
    this.#bundles();
    this.#channels();
    this.#put("go-modules.json", "go-modules", Buffer.from('{\n\t"Path": "a"\n}\n{\n\t"Path": "b"\n}\n'));
    for (const [path, text] of Object.entries(this.#options.files ?? {}))
      this.#put(path, "file", Buffer.from(text));
    this.#bootstrap();
    this.#provenance();
    const lines = [...this.#files].map(([path, bytes]) => `${sha256(bytes)}  ${path}\n`);
    this.#put("checksums.txt", "checksums", Buffer.from(lines.join("")));
    this.#evidence();
    return this.#files;
  }

  #binary(target: Target): string {
    const ending = target.startsWith("windows") ? ".exe" : "";
    return `bin/${PREFIX}_${this.#version}_${target.replace("/", "_")}${ending}`;
  }

  #put(path: string, kind: string, bytes: Uint8Array): void {
    if (this.#options.leaveOut?.includes(path) === true) return;
    this.#files.set(path, bytes);
    this.#kinds.set(path, kind);
  }

  #write(path: string, kind: string, document: JsonMembers): void {
    const edited = this.#options.edit?.[path]?.(document) ?? document;
    this.#put(path, kind, pythonJson(edited));
  }

  #digest(path: string): string {
    return sha256(this.#files.get(path) ?? new Uint8Array());
  }

  #header(schema: string): JsonMembers {
    return {
      schema_version: schema,
      product: "CAVRA",
      component: "go-enforcement-plane",
      version: this.#version,
      commit: COMMIT,
      repository: REPOSITORY,
      generated_at: NOW,
    };
  }

  #claims(): readonly (JsonMembers & { readonly binary: string })[] {
    return this.#targets.map((target) => {
      const [os = "", arch = ""] = target.split("/");
      const binary = this.#binary(target);
      return { target, os, arch, binary, binary_sha256: this.#digest(binary) };
    });
  }

  #documents(): void {
    const size = ({ binary }: { readonly binary: string }): number =>
      this.#files.get(binary)?.byteLength ?? 0;
    this.#write(`${PREFIX}.sbom.spdx.json`, "sbom", {
      spdxVersion: "SPDX-2.3",
      dataLicense: "CC0-1.0",
      SPDXID: "SPDXRef-DOCUMENT",
      documentNamespace: `https://github.com/${REPOSITORY}/releases/${this.#version}/go-runtime/${COMMIT}`,
      creationInfo: { created: NOW, creators: ["Tool: CAVRA Go release packaging"] },
      packages: [
        { SPDXID: "SPDXRef-runtime", name: PREFIX, versionInfo: this.#version },
        { SPDXID: "SPDXRef-0", name: "golang.org/x/text", versionInfo: "v0.30.0" },
        { SPDXID: "SPDXRef-1", name: "example.com/console", versionInfo: "v1.1.0" },
      ],
      relationships: [],
    });
    this.#write(`${PREFIX}.installers.json`, "installer-metadata", {
      ...this.#header("cavra.go-runtime.installers.v1"),
      targets: this.#claims().map((claim) => ({ ...claim, ...INSTALL, size_bytes: size(claim) })),
      operator_notes: [],
    });
    this.#write(`${PREFIX}.reproducibility.json`, "reproducibility-manifest", {
      ...this.#header("cavra.go-runtime.reproducibility.v1"),
      module_dir: "go/cavra-runtime",
      build_environment: { CGO_ENABLED: "0", GOFLAGS: "-trimpath -mod=readonly -buildvcs=false" },
      build_flags: { ldflags: ["-s", "-w", "-buildid="] },
      go_targets: this.#targets,
      binaries: this.#claims().map((claim) => ({ ...claim, size: size(claim), rebuild_command: REBUILD })),
      controls: BUILD_CONTROLS,
    });
    this.#write(`${PREFIX}.endpoint-deployment.json`, "managed-endpoint-deployment", {
      ...this.#header("cavra.go-runtime.endpoint-deployment.v1"),
      source_metadata: `${PREFIX}.installers.json`,
      deployment_targets: this.#claims(),
    });
  }

  #bundles(): void {
    const [script, action] = [
      "ci-runners/cavra-release-governance-runner.sh",
      "ci-runners/github-action/action.yml",
    ];
    this.#put(script, "ci-runner-wrapper", Buffer.from("#!/bin/sh\nexit 0\n"));
    this.#put(action, "ci-runner-wrapper", Buffer.from("name: CAVRA\n"));
    const runtime = this.#binary("linux/amd64");
    this.#write(`${PREFIX}.ci-runner-bundles.json`, "ci-runner-bundles", {
      ...this.#header("cavra.go-runtime.ci-runner-bundles.v1"),
      runner_script: { path: script, sha256: this.#digest(script) },
      github_action: { path: action, sha256: this.#digest(action) },
      runner_bundles: [
        { platform: "GitLab CI", runtime_binary: runtime, runtime_binary_sha256: this.#digest(runtime) },
      ],
    });
  }

  #channels(): void {
    this.#write(`${PREFIX}.channels.json`, "release-channel-manifest", {
      ...this.#header("cavra.go-runtime.channels.v1"),
      updater_policy: `${PREFIX}.updater-policy.json`,
      channels: [{ channel: "stable", auto_update: false, workstation_targets: this.#claims() }],
    });
    this.#write(`${PREFIX}.updater-policy.json`, "updater-policy", {
      ...this.#header("cavra.go-runtime.updater-policy.v1"),
      default_auto_update: false,
      policies: [],
    });
  }

  #bootstrap(): void {
    const path = "offline-trust-root-bootstrap.json";
    this.#write(path, "offline-trust-bootstrap", {
      ...this.#header("cavra.offline-trust-bootstrap.v1"),
      ref: REF,
      mode: "air_gapped",
      release_package: `cavra-go-runtime-${this.#version}.zip`,
      signature_key_id: `cavra-go-release-${LEGACY_VERSION}`,
      required_files: [
        "checksums.txt",
        `${PREFIX}.sbom.spdx.json`,
        `${PREFIX}.provenance.intoto.json`,
        "release-evidence.json",
        "release-evidence.md",
        path,
      ],
      verification_commands: ["cavra release verify-go-package"],
    });
  }

  #provenance(): void {
    this.#write(`${PREFIX}.provenance.intoto.json`, "slsa-provenance", {
      _type: "https://in-toto.io/Statement/v1",
      predicateType: "https://slsa.dev/provenance/v1",
      subject: [...this.#files].map(([name, bytes]) => ({ name, digest: { sha256: sha256(bytes) } })),
      predicate: {
        buildDefinition: {
          buildType: "https://github.com/Attestations/GitHubActionsWorkflow@v1",
          externalParameters: { event: "release", ref: REF, repository: REPOSITORY, version: this.#version },
          internalParameters: { dry_run: false, go_targets: LEGACY_TARGETS, signing_required: true },
          resolvedDependencies: [
            { uri: `git+https://github.com/${REPOSITORY}@${COMMIT}`, digest: { gitCommit: COMMIT } },
          ],
        },
        runDetails: {
          builder: { id: HOSTED },
          metadata: {
            invocationId: `https://github.com/${REPOSITORY}/actions/runs/42`,
            startedOn: NOW,
            finishedOn: NOW,
          },
        },
      },
    });
  }

  /** The script signs every artifact, lists these signatures, and signs the list; its page comes last. */
  #evidence(): void {
    const artifacts = [...this.#files].map(([path, bytes]) => ({
      relative_path: path,
      sha256: sha256(bytes),
      size_bytes: bytes.byteLength,
      kind: this.#kinds.get(path) ?? "",
    }));
    const signatures = artifacts.flatMap(({ relative_path: path }) => this.#signature(path));
    this.#write("release-evidence.json", "", {
      schema_version: "cavra.go-release.evidence.v1",
      product: "CAVRA",
      component: "go-enforcement-plane",
      version: this.#version,
      commit: COMMIT,
      ref: REF,
      event: "release",
      created_at: NOW,
      signer: LEGACY_SIGNER,
      dry_run: false,
      signing_required: this.#key !== null,
      signature_count: signatures.length,
      artifacts,
      signatures,
      controls: CONTROLS,
    });
    this.#signature("release-evidence.json");
    this.#put("release-evidence.md", "", Buffer.from(`# CAVRA ${this.#version}\n`));
    if (this.#key === null) this.#put("unsigned-dry-run-notice.json", "", pythonJson({ signed: false }));
  }

  #signature(path: string): readonly JsonMembers[] {
    if (this.#key === null) return [];
    const bytes = this.#files.get(path) ?? new Uint8Array();
    const document = legacySignature(path, bytes, this.#key);
    this.#files.set(`${path}.sig.json`, document);
    const { key_id, public_key_sha256 } = JSON.parse(Buffer.from(document).toString("utf8")) as {
      readonly key_id: string;
      readonly public_key_sha256: string;
    };
    const signature = `${path}.sig.json`;
    return [{ subject: path, signature, algorithm: "Ed25519", key_id, public_key_sha256 }];
  }
}
