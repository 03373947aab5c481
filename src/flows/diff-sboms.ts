import { diffComponents } from "../compare/component-diff.ts";
import { readInput } from "../io/files.ts";
import { MAX_SBOM_BYTES, readSbom } from "../judge/sbom/read-sbom.ts";
import { Failure } from "../model/failure.ts";
import type { Sbom } from "../model/sbom.ts";
import type { SbomDiffFacts } from "../report/sbom-diff.ts";

/** Compares two SBOM files of any known format. Throws Failure "input" when one cannot be read. */
export async function diffSbomFiles(was: string, now: string): Promise<SbomDiffFacts> {
  const [before, after] = [await openFile(was), await openFile(now)];
  return {
    previous: { path: was, format: before.format, name: before.name },
    candidate: { path: now, format: after.format, name: after.name },
    diff: diffComponents(before, after),
  };
}

async function openFile(path: string): Promise<Sbom> {
  const sbom = readSbom(path, await readInput(path, MAX_SBOM_BYTES));
  if (sbom.ok) return sbom.value;
  throw new Failure("input", `${path} ${sbom.reason}`, {
    at: path,
    hint: "see what is wrong: cavra sbom lint FILE",
  });
}
