import { chmod, copyFile, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFixtureRepository } from "../fixture-repository.ts";
import { runCavra, runProgram, type RunOptions } from "./run-cavra.ts";

const KEYS = fileURLToPath(new URL("../../fixtures/keys/", import.meta.url));

/** When the sample root was issued; before the sources of both samples. It holds for ten years. */
const ROOT_ISSUED = "2026-09-01T00:00:00Z";
const ROOT_DAYS = 3650;
/** After the sources of both samples; the signatures do not hold it. */
const SIGNED_AT = "2026-11-03T00:00:00Z";

export const SAMPLE_ZIPS = ["cavra-go-runtime-v0.1.0.zip", "cavra-go-runtime-v0.2.0-rc.1.zip"] as const;
/** What `cutSamples` makes, in the order of a folder listing. */
export const SAMPLE_NAMES: readonly string[] = [
  ...SAMPLE_ZIPS.flatMap((zip) => [zip, `${zip}.sigs`]),
  "trust-root.json",
];

/**
 * Cuts the two samples from source, signs them with the test keys of Ada and Bo, and puts them into `destination`
 * together with the trust root. A function of the fixtures, the pinned Go and the version of cavra alone. Throws when a
 * command fails; it has said why on stderr.
 */
export async function cutSamples(destination: string, say: (line: string) => void): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), "cavra-samples-"));
  const options: RunOptions = { cwd: scratch, home: join(scratch, "home"), output: "keep" };
  const cavra = async (command: string): Promise<void> => {
    say(`$ cavra ${command}`);
    const { exitCode } = await runCavra(command.split(" "), options);
    if (exitCode !== 0) throw new Error(`cavra ${command}: exit ${exitCode}`);
  };
  try {
    await placeKeys(join(scratch, "keys"));
    await makeFixtureRepository(join(scratch, "source"));
    await makeTrustRoot(cavra);
    await cut(cavra, "v0.1.0", "--first-release", options);
    await cut(cavra, "v0.2.0-rc.1", `--previous dist/${SAMPLE_ZIPS[0]}`, options);
    await mkdir(destination, { recursive: true });
    for (const name of SAMPLE_NAMES) await place(scratch, name, destination);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** In a checkout everyone may read them, and cavra signs with no such key. */
async function placeKeys(folder: string): Promise<void> {
  await mkdir(folder);
  for (const name of ["root", "release-ada", "release-bo"]) {
    await copyFile(join(KEYS, `${name}.pem`), join(folder, `${name}.pem`));
    await copyFile(join(KEYS, `${name}.pub.pem`), join(folder, `${name}.pub.pem`));
    await chmod(join(folder, `${name}.pem`), 0o600);
  }
}

type Cavra = (command: string) => Promise<void>;

async function makeTrustRoot(cavra: Cavra): Promise<void> {
  const draft = "trust-root.draft.json";
  await cavra(
    `trust init ${draft} --product cavra-runtime --purpose test --at ${ROOT_ISSUED} --days ${ROOT_DAYS}`,
  );
  await cavra(`trust add-key ${draft} --role root --holder Cleo --key keys/root.pub.pem`);
  await cavra(`trust add-key ${draft} --role release --holder Ada --key keys/release-ada.pub.pem`);
  await cavra(
    `trust add-key ${draft} --role release --holder Bo --key keys/release-bo.pub.pem --threshold 2`,
  );
  await cavra(`trust sign ${draft} --key keys/root.pem --out trust-root.json --yes`);
}

async function cut(cavra: Cavra, tag: string, lineage: string, options: RunOptions): Promise<void> {
  const { exitCode } = await runProgram("git", ["-C", "source", "checkout", "--quiet", tag], options);
  if (exitCode !== 0) throw new Error(`git checkout ${tag}: exit ${exitCode}`);
  await cavra(`release build --config source/cavra.samples.yaml ${lineage} --out dist --quiet`);
  for (const holder of ["ada", "bo"]) {
    const key = `--key keys/release-${holder}.pem --trust trust-root.json`;
    await cavra(`release sign dist/cavra-go-runtime-${tag}.zip ${key} --copies openssl --at ${SIGNED_AT}`);
  }
}

async function place(scratch: string, name: string, destination: string): Promise<void> {
  const made = join(scratch, name === "trust-root.json" ? "" : "dist", name);
  const target = join(destination, name);
  await rm(target, { recursive: true, force: true });
  await cp(made, target, { recursive: true });
}
