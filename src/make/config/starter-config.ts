import { CONFIG_SCHEMA } from "./release-config.ts";
import { GO_PACKAGE, GO_TOOLCHAIN, HTTPS_URL } from "./text-rules.ts";

/** What was found in a folder that has no release config yet. */
export interface DetectedProject {
  readonly folderName: string;
  readonly goModule: DetectedGoModule | null;
  /** Name of a licence file in the folder, for example `LICENSE`. */
  readonly licenseFile: string | null;
  /** URL without credentials. */
  readonly repository: string | null;
}

export interface DetectedGoModule {
  readonly modulePath: string;
  /** The `go` line of go.mod, for example `1.26.8` or `1.22`. */
  readonly goVersion: string | null;
  /** The `toolchain` line of go.mod, for example `go1.26.8`. */
  readonly toolchain: string | null;
  /** For example `go1.26.8`. */
  readonly installedGo: string | null;
  /** Main packages, for example `./cmd/agent`, or `.`; sorted. */
  readonly mainPackages: readonly string[];
  readonly isVendored: boolean;
}

/** As many as a config may have. */
const MAX_BUILDS = 64;
const OLDEST_TOOLCHAIN = "go1.21.0";
const TARGETS = `targets:
  darwin/amd64: {}
  darwin/arm64: {}
  linux/amd64: {}
  linux/arm64: {}
  windows/amd64: { ext: .exe }
  windows/arm64: { ext: .exe }
`;

/** A first release config with comments, as YAML that loads. Pure. */
export function defaultReleaseConfig(project: DetectedProject): string {
  const product = productName(project);
  const go = project.goModule;
  const packages = (go?.mainPackages ?? [])
    .filter((path) => GO_PACKAGE.pattern.test(path))
    .slice(0, MAX_BUILDS);
  const builds =
    go === null || packages.length === 0 ? prebuiltBuild(product) : goBuilds(go, packages, product);
  const files =
    project.licenseFile !== null && /^[A-Za-z0-9._-]+$/.test(project.licenseFile)
      ? project.licenseFile
      : null;
  const include = [...builds.ids, ...(files === null ? [] : ["files"])];
  return `# What a release of ${product} is made of.
# Check it with: cavra release build --dry-run
# Who must sign a release does not stand here but in the trust root: cavra trust init
schema: ${CONFIG_SCHEMA}

product:
  name: ${yamlText(product)} # stem of the documents in the package
${repositoryLine(project.repository)}
version: { from: tag } # the tag v1.2.3 at HEAD is version 1.2.3
source: { require: [clean, tagged] } # the time in the package is the commit's: source.epoch

# The platforms that every release must have.
${TARGETS}
builds:
${builds.text}
${files === null ? "" : `files:\n  - { from: ${files}, to: ${files}, mode: "0644" }\n\n`}packages:
  - id: ${yamlText(product)}
    name: $(product)-v$(version).zip
    include: [${include.map(yamlText).join(", ")}]
    format: { kind: zip, profile: cavra-zip/1 }

# A release that must not be used for ever:
# release: { expiresAfterDays: 365 }
`;
}

function repositoryLine(repository: string | null): string {
  const known = repository !== null && HTTPS_URL.pattern.test(repository);
  return known
    ? `  repository: ${repository}\n`
    : "  # repository: https://...   needed here: no git remote says it\n";
}

interface Builds {
  readonly ids: readonly string[];
  readonly text: string;
}

function goBuilds(go: DetectedGoModule, packages: readonly string[], product: string): Builds {
  const toolchain = exactToolchain(go);
  const mod = go.isVendored ? "vendor" : "readonly";
  const ids = new Map<string, string>();
  for (const path of packages) {
    const id = path === "." ? product : fitId(path.slice(path.lastIndexOf("/") + 1), "program");
    ids.set(unused(id, ids), path);
  }
  const blocks = [...ids].map(
    ([id, path]) => `  - id: ${yamlText(id)}
    install: { name: ${yamlText(id)} }
    go:
      package: ${path}
      toolchain: ${toolchain} # exact: this release builds it, on every machine
      mod: ${mod}
      ldflags: [-s, -w] # -trimpath, CGO_ENABLED=0 and an empty build id are always set
    output: bin/${id}_v$(version)_$(os)_$(arch)$(ext)
`,
  );
  return { ids: [...ids.keys()], text: blocks.join("") };
}

function unused(id: string, taken: ReadonlyMap<string, string>): string {
  if (!taken.has(id) && id !== "files") return id;
  let number = 2;
  while (taken.has(`${id.slice(0, 58)}-${number}`)) number += 1;
  return `${id.slice(0, 58)}-${number}`;
}

function prebuiltBuild(product: string): Builds {
  const id = product === "files" ? "program" : product;
  return {
    ids: [id],
    text: `  # No Go module with a main package was found: the binaries are taken over from out/, which git may ignore.
  # The list of their digests (or a provenance, see prebuilt.from) is what makes them trusted: commit it.
  - id: ${yamlText(id)}
    prebuilt: { path: out/$(os)-$(arch)/${product}$(ext), expect: SHA256SUMS }
    output: bin/${product}_v$(version)_$(os)_$(arch)$(ext)
`,
  };
}

/** The release that go.mod pins; else the installed one, when it is new enough; else the first patch of the go line. */
function exactToolchain(go: DetectedGoModule): string {
  const pinned = [go.toolchain ?? "", `go${go.goVersion ?? ""}`].find((release) =>
    GO_TOOLCHAIN.pattern.test(release),
  );
  if (pinned !== undefined) return pinned;
  const minor = minorOf(`go${go.goVersion ?? ""}`);
  const installed = go.installedGo ?? "";
  if (GO_TOOLCHAIN.pattern.test(installed) && minorOf(installed) >= minor) return installed;
  const first = `go1.${minor}.0`;
  return GO_TOOLCHAIN.pattern.test(first) ? first : OLDEST_TOOLCHAIN;
}

/** An id as YAML text: 123 and true would be read as something else. */
function yamlText(id: string): string {
  return /^(?!(?:true|false|null)$)[a-z][a-z0-9-]*$/.test(id) ? id : JSON.stringify(id);
}

function minorOf(release: string): number {
  return Number(/^go1\.([0-9]+)/.exec(release)?.[1] ?? "0");
}

function productName({ goModule, folderName }: DetectedProject): string {
  const segments = (goModule?.modulePath ?? "").split("/").filter((segment) => !/^v[0-9]+$/.test(segment));
  return fitId(segments.at(-1) ?? "", fitId(folderName, "product"));
}

/** The text as an id of a config (lowercase letters, digits, -); the other text when nothing of it is left. */
function fitId(text: string, otherwise: string): string {
  const id = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 63)
    .replace(/-+$/, "");
  return id === "" ? otherwise : id;
}
