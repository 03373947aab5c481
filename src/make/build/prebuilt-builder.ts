import { join } from "node:path";
import { sha256Hex } from "../../crypto/digest.ts";
import { copyRegularFile, type FileFacts } from "../../io/artifact-files.ts";
import { readInput } from "../../io/files.ts";
import { Failure } from "../../model/failure.ts";
import { MAX_DOCUMENT_BYTES } from "../../model/limits.ts";
import type { Parsed } from "../../model/parsed.ts";
import type { PrebuiltStep } from "../plan-builds.ts";
import { outputFile, stepName, type BuildContext } from "./build-context.ts";
import type { BuiltArtifact, Material, Origin } from "./build-recipe.ts";
import { digestInList, subjectDigests } from "./prebuilt-claims.ts";

/** Takes over one file that something else built, and compares it with what it came with. Throws Failure "input". */
export async function takePrebuilt(
  step: PrebuiltStep,
  context: BuildContext,
  committedFiles: ReadonlyMap<string, string>,
): Promise<BuiltArtifact> {
  const sourceFile = outputFile(context, step.output);
  const facts = await copyPrebuilt(step, inSource(context, step.path), sourceFile);
  const claims = await checkClaims(step, facts.sha256, context);
  return {
    path: step.output,
    sourceFile,
    target: step.target?.id ?? null,
    mode: step.mode,
    kind: "binary",
    buildId: step.buildId,
    installName: step.installName,
    ...facts,
    recipe: step.recipe,
    materials: [{ path: step.path, sha256: facts.sha256 }, ...claims],
    moduleFolder: null,
    origin: originOf(step, committedFiles),
  };
}

async function copyPrebuilt(step: PrebuiltStep, from: string, to: string): Promise<FileFacts> {
  try {
    return await copyRegularFile(from, to, step.mode);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "input") throw error;
    throw new Failure("input", error.message, {
      at: stepName(step),
      hint: "make or fetch the file before the release, or correct builds[].prebuilt.path",
      cause: error,
    });
  }
}

/** A list that is no part of the commit came with the file, or was made after it: it vouches for nothing. */
function originOf(step: PrebuiltStep, committedFiles: ReadonlyMap<string, string>): Origin {
  const sources = [...(step.expect === null ? [] : [step.expect]), ...step.from];
  const list = step.expect !== null && !committedFiles.has(step.expect) ? step.expect : undefined;
  if (list !== undefined && step.from.length === 0)
    return { verified: false, reason: `prebuilt, and ${list} is not in the commit` };
  if (sources.length > 0) return { verified: true, reason: `has the digest in ${sources.join(", ")}` };
  return {
    verified: false,
    reason: "prebuilt, with neither an expected digest nor a provenance to hold it against",
  };
}

async function checkClaims(
  step: PrebuiltStep,
  sha256: string,
  context: BuildContext,
): Promise<readonly Material[]> {
  const materials: Material[] = [];
  if (step.expect !== null) {
    const bytes = await readInput(inSource(context, step.expect), MAX_DOCUMENT_BYTES);
    const expected = demand(step, digestInList(step.expect, bytes, step.path));
    if (expected !== sha256) throw notTheSame(step, step.expect, expected, sha256);
    materials.push({ path: step.expect, sha256: sha256Hex(bytes) });
  }
  for (const path of step.from) {
    const bytes = await readInput(inSource(context, path), MAX_DOCUMENT_BYTES);
    const subjects = demand(step, subjectDigests(path, bytes));
    if (!subjects.has(sha256)) throw notTheSame(step, path, [...subjects].slice(0, 4).join(" or "), sha256);
    materials.push({ path, sha256: sha256Hex(bytes) });
  }
  return materials;
}

function demand<T>(step: PrebuiltStep, claim: Parsed<T>): T {
  if (claim.ok) return claim.value;
  throw new Failure("input", `${claim.at} ${claim.reason}`, { at: stepName(step) });
}

function notTheSame(step: PrebuiltStep, claimPath: string, expected: string, found: string): Failure {
  return new Failure("input", `${step.path} is not the file that ${claimPath} names`, {
    at: stepName(step),
    expected: `sha256 ${expected}`,
    found: `sha256 ${found}`,
    hint: "fetch the file and its list again from where they were made",
  });
}

function inSource(context: BuildContext, path: string): string {
  return join(context.sourceRoot, ...path.split("/"));
}
