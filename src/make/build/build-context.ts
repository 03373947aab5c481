import { join } from "node:path";
import { Failure } from "../../model/failure.ts";
import type { BuildStep } from "../plan-builds.ts";

/** What a build needs of its surroundings. */
export interface BuildContext {
  /** Absolute path of the source root. */
  readonly sourceRoot: string;
  /** Absolute path of an empty folder that the caller made and removes. */
  readonly workFolder: string;
  readonly hostEnvironment: Readonly<Record<string, string | undefined>>;
  /** Processors that may be used. */
  readonly cores: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Folder for Go's build cache; without it the user's cache is used. A clean rebuild gives a fresh one. */
  readonly goCacheFolder?: string | undefined;
}

export interface BuildProgress {
  /** For example `agent linux/amd64`. */
  readonly step: string;
  readonly state: "started" | "done" | "failed";
  /** What is built, or what went wrong. */
  readonly detail: string;
}

/** Longest output of a child that is shown under a failing step. */
export const MAX_SHOWN_OUTPUT_BYTES = 64 * 1024;

export function stepName(step: BuildStep): string {
  return step.target === null ? step.buildId : `${step.buildId} ${step.target.id}`;
}

/** Where the output of a step waits until it is packaged. */
export function outputFile(context: BuildContext, path: string): string {
  return join(context.workFolder, "artifacts", ...path.split("/"));
}

/** The named variables of the host that are set. */
export function passedVariables(
  host: BuildContext["hostEnvironment"],
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = host[name];
      return value === undefined || value === "" ? [] : [[name, value] as const];
    }),
  );
}

/** The failure of a step: its place, its words, what the child printed. */
export function stepFailure(step: BuildStep, message: string, output: string, hint?: string): Failure {
  return new Failure("build", message, {
    at: stepName(step),
    ...(output === "" ? {} : { output }),
    ...(hint === undefined ? {} : { hint }),
  });
}
