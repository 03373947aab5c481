import { rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SMALL_TRUST_ROOT } from "../../test/support/small-release.ts";
import { ROOT } from "../root.ts";
import type { Contestant } from "./measure.ts";
import type { Payload } from "./payloads.ts";

const RIVALS = fileURLToPath(new URL("rivals/", import.meta.url));
const CAVRA: readonly [string, string] = [process.execPath, join(ROOT, "bin", "run.js")];
/** When the test release is neither too young nor expired. */
const AT = "2026-11-20T00:00:00Z";

/** Reading a package: all of cavra's checks, and what people use now. The first is what the others are compared with. */
export const ALL_CHECKS = "cavra, all checks";
export const HASHED = "cavra, read and hashed";

export function verifyContest({ zip, kind }: Payload, scratch: string): readonly Contestant[] {
  const out = join(scratch, "unzipped");
  const name = basename(zip);
  return [
    shell("unzip -t", `unzip -tqq ${name}`, `unzip -tqq ${zip}`),
    {
      ...shell(
        "unzip and sha256sum -c",
        `unzip -q ${name} && (cd TOP && sha256sum -c --quiet checksums.txt)`,
        `unzip -q -d ${out} ${zip} && cd ${out}/* && sha256sum -c --quiet checksums.txt`,
      ),
      prepare: () => rmSync(out, { recursive: true, force: true }),
    },
    {
      ...shell(
        "unzip and the same digests",
        `sha256sum ${name}; sha512sum ${name}; unzip -q ${name}; sha1sum, sha256sum and sha512sum of every file`,
        `sha256sum ${zip} && sha512sum ${zip} && unzip -q -d ${out} ${zip} && cd ${out} && ${digestsOfAll()}`,
      ),
      prepare: () => rmSync(out, { recursive: true, force: true }),
    },
    shell("7z t", `7z t ${name}`, `7z t ${zip}`),
    shell("bsdtar -xO", `bsdtar -xOf ${name} > /dev/null`, `bsdtar -xOf ${zip}`),
    command(
      "Python zipfile, SHA-256",
      ["python3", join(RIVALS, "verify_zip.py"), zip],
      `verify_zip.py ${name}`,
    ),
    command("Go archive/zip, SHA-256", [join(scratch, "rivals"), "verify", zip], `rivals verify ${name}`),
    ...cavraRows(zip, kind, scratch),
  ];
}

/** What the documents of a package state of every file. */
function digestsOfAll(): string {
  return ["sha1sum", "sha256sum", "sha512sum"].map((sum) => `find . -type f -exec ${sum} {} +`).join(" && ");
}

/** Bare files are no package, which is said when all of them were read and hashed. */
function cavraRows(zip: string, kind: Payload["kind"], scratch: string): readonly Contestant[] {
  const judge = [...CAVRA, ...verifyArguments(zip, join(scratch, SMALL_TRUST_ROOT))];
  const check = [...CAVRA, "zip", "check", zip];
  const shown = `cavra release verify-airgap-bundle ${basename(zip)}`;
  return kind === "signed package"
    ? [command(ALL_CHECKS, judge, `${shown} --trust trust-root.json`)]
    : [
        command(HASHED, [...judge, "--allow-unsigned"], `${shown} --allow-unsigned`, 1),
        command("cavra zip check", check, `cavra zip check ${basename(zip)}`),
      ];
}

function verifyArguments(zip: string, trust: string): readonly string[] {
  return ["release", "verify-airgap-bundle", zip, "--trust", trust, "--allow-test-trust", "--at", AT];
}

export const PACK_SCRIPT = "scripts/bench/pack.ts";

/** @param built Where the CLI and PACK_SCRIPT were built. */
export function packContest(
  { folder = "", zip, kind }: Payload,
  scratch: string,
  built: string,
): readonly Contestant[] {
  const out = join(scratch, "packed.zip");
  const [parent, top] = [dirname(folder), basename(folder)];
  const prepare = (): void => {
    rmSync(out, { force: true });
    rmSync(join(scratch, basename(zip)), { force: true });
  };
  const bundle = command(
    "cavra, checked before",
    [...CAVRA, "release", "bundle", folder, "--out", scratch],
    `cavra release bundle ${top} --out DIR`,
  );
  return [
    shell("zip -6", `zip -X -q -r -6 OUT ${top}`, `cd ${parent} && zip -X -q -r -6 ${out} ${top}`),
    command("Go archive/zip", [join(scratch, "rivals"), "pack", folder, out], `rivals pack ${top} OUT`),
    command(
      "cavra, packing alone",
      [process.execPath, join(built, PACK_SCRIPT.replace(/ts$/, "js")), folder, out],
      `node ${PACK_SCRIPT} ${top} OUT, built like the CLI`,
    ),
    ...(kind === "bare files" ? [] : [bundle]),
  ].map((contestant) => ({ ...contestant, prepare }));
}

export function startContest(scratch: string, brokenZip: string, empty: string): readonly Contestant[] {
  const trust = join(scratch, SMALL_TRUST_ROOT);
  return [
    command("node, an empty file", [process.execPath, empty], "node empty.js"),
    command("cavra --version", [...CAVRA, "--version"], "cavra --version"),
    command(
      "cavra, not signed: FAIL",
      [...CAVRA, ...verifyArguments(brokenZip, trust)],
      "cavra release verify-airgap-bundle cut.zip --trust trust-root.json",
      1,
    ),
    command(
      "cavra, no zip: REFUSED",
      [...CAVRA, ...verifyArguments(brokenZip, trust), "--allow-unsigned"],
      "cavra release verify-airgap-bundle cut.zip --allow-unsigned",
      5,
    ),
  ];
}

function command(name: string, argv: readonly string[], shown: string, exitCode = 0): Contestant {
  const [program = "", ...rest] = argv;
  return { name, command: shown, argv: [program, ...rest], exitCode };
}

function shell(name: string, shown: string, script: string): Contestant {
  return { name, command: shown, argv: ["sh", "-c", script] };
}
