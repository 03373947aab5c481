import { createHash } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeTrustRoot } from "../../../src/formats/trust-root.ts";
import { runCli } from "../cli.ts";
import { elfFile } from "../executables/elf-file.ts";
import { scratchRepository } from "../scratch-repository.ts";
import { signedTestRoot, testTrustRoot } from "../trust.ts";

/** After the roots of the tests were issued. */
export const AT = "2026-06-01T00:00:00Z";
const PRODUCT = "probe";
export const TOP = "probe-v1.0.0";
export const ZIP = `${TOP}.zip`;

/** A source tree, a signed release of it, a key and a trust root: what the commands under test work on. */
export interface Scene {
  readonly folder: string;
  readonly source: string;
  /** Holds package, zip and both signature sets. */
  readonly release: string;
  readonly key: string;
  readonly trust: string;
  readonly trustSha256: string;
  remove(): void;
}

const KEY = fileURLToPath(new URL("../../../fixtures/keys/release-ada.pem", import.meta.url));

/** One binary that nobody has to compile, one script and one text: a release of a few kilobytes. */
export function makeScene(builds: string = prebuilt()): Scene {
  const folder = realpathSync(mkdtempSync(join(scratchDisk(), "cavra-faults-")));
  const source = sourceIn(folder, builds);
  const key = join(folder, "release.pem");
  copyFileSync(KEY, key);
  chmodSync(key, 0o600);
  const trust = join(folder, "trust-root.json");
  const trustSha256 = writeRoot(trust, 1);
  const release = join(folder, "release");
  const scene = {
    folder,
    source,
    release,
    key,
    trust,
    trustSha256,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  return scene;
}

/** Returns the digest by which this version of the root is pinned. */
export function writeRoot(path: string, version: number): string {
  const root = testTrustRoot((draft) => ({ ...draft, version }), PRODUCT);
  writeFileSync(path, signedTestRoot(root));
  return createHash("sha256").update(writeTrustRoot(root)).digest("hex");
}

/** Makes and signs the release; throws with what the command said when that does not work. */
export function makeRelease(scene: Scene): void {
  demand(["release", "build", "--first-release", "--out", scene.release], scene.source);
  demand(signArguments(scene, join(scene.release, ZIP)), scene.folder);
}

export function signArguments({ key, trust }: Scene, zip: string): readonly string[] {
  return ["release", "sign", zip, "--key", key, "--trust", trust, "--at", AT];
}

export function verifyArguments(
  { trust }: Scene,
  subject: string,
  ...more: readonly string[]
): readonly string[] {
  return [
    "release",
    "verify-airgap-bundle",
    subject,
    "--trust",
    trust,
    "--at",
    AT,
    "--allow-test-trust",
    ...more,
  ];
}

/** In memory where there is such a place: thousands of fsync calls wear a disk and take minutes. */
function scratchDisk(): string {
  const memory = "/dev/shm";
  try {
    accessSync(memory, constants.W_OK);
    return memory;
  } catch {
    return tmpdir();
  }
}

function demand(args: readonly string[], cwd: string): void {
  const { exitCode, stdout, stderr } = runCli(args, { cwd });
  if (exitCode !== 0) throw new Error(`cavra ${args.join(" ")} ended with ${exitCode}\n${stdout}${stderr}`);
}

function sourceIn(folder: string, builds: string): string {
  const binary = elfFile({ machine: 62 });
  const digest = createHash("sha256").update(binary).digest("hex");
  const repository = scratchRepository({
    "cavra.release.yaml": config(builds),
    "out/SHA256SUMS": `${digest}  probe\n`,
    "build.sh": SLOW_BUILD,
    "install.sh": "#!/bin/sh\nexit 0\n",
    LICENSE: "Apache License\n",
    ".gitignore": "dist/\n",
  });
  writeFileSync(join(repository.folder, "out/probe"), binary);
  repository.commit("second");
  const source = join(folder, "source");
  cpSync(repository.folder, source, { recursive: true });
  repository.remove();
  mkdirSync(join(source, "dist"));
  return source;
}

/** Works in pieces for about a third of a second, in children of its own. */
const SLOW_BUILD = `#!/bin/sh
sleep 0.1
cp out/probe "$1"
for piece in 1 2; do sleep 0.1 & wait; done
`;

/** The same binary, made by a command. */
export function slowCommand(): string {
  return '{ id: probe, output: bin/probe, inputs: [out/probe], command: { argv: [sh, build.sh, "$(out)"] } }';
}

function prebuilt(): string {
  return "{ id: probe, output: bin/probe, prebuilt: { path: out/probe, expect: out/SHA256SUMS } }";
}

function config(builds: string): string {
  return `schema: cavra.release/1
product: { name: ${PRODUCT}, repository: "https://example.com/probe" }
version: { value: 1.0.0 }
source: { require: [clean] }
targets: { linux/amd64: {} }
builds: [${builds}]
files:
  - { from: LICENSE, to: LICENSE, mode: "0644" }
  - { from: install.sh, to: install/install.sh, mode: "0755" }
packages: [{ id: probe, name: "$(id)-v$(version).zip", include: [probe, files], format: { kind: zip, profile: cavra-zip/1 } }]
`;
}
