import { environmentVariable } from "../io/environment.ts";
import { appendToFile, fileSizeBytes } from "../io/append-file.ts";
import { writeFileAtomic } from "../io/files.ts";
import { Failure } from "../model/failure.ts";
import type { Report } from "../model/report.ts";
import { annotationLines } from "../report/github.ts";
import { renderJson } from "../report/json.ts";
import { renderJunit } from "../report/junit.ts";
import { renderMarkdown } from "../report/markdown.ts";
import { sarifLog } from "../report/sarif.ts";
import type { glossary } from "./glossary.ts";

/** Where else a report goes; undefined: nowhere. */
export interface PublishRequest {
  readonly report: string | undefined;
  readonly sarif: string | undefined;
  readonly junit: string | undefined;
  /** Annotations and job summary of GitHub Actions; undefined: when it runs there. */
  readonly annotations: boolean | undefined;
}

/** GitHub rejects a job summary above 1 MiB as a whole. */
const MAX_SUMMARY_BYTES = 1024 * 1024 - 1024;
const MIN_SUMMARY_BYTES = 4096;

/**
 * Writes a report to the files that were asked for, and to the job summary. Returns the annotations, for stderr. Throws
 * Failure "output" when a file that was asked for cannot be written; a summary that cannot be is only told.
 */
export async function publishReport(report: Report, request: PublishRequest): Promise<string> {
  const files: readonly (readonly [string | undefined, () => string | Promise<string>])[] = [
    [request.report, () => renderJson(report)],
    [request.sarif, async () => renderJson(sarifLog(report, await allWords()))],
    [request.junit, async () => renderJunit(report, await allWords())],
  ];
  for (const [path, render] of files) {
    if (path !== undefined) await writeFileAtomic(path, Buffer.from(await render()));
  }
  const isWanted = request.annotations ?? environmentVariable("GITHUB_ACTIONS") === "true";
  if (!isWanted) return "";
  return annotationLines(report) + (await summarise(report));
}

/** Loaded when it is asked for: it reaches into every rule of every command. */
async function allWords(): Promise<ReturnType<typeof glossary>> {
  return (await import("./glossary.ts")).glossary();
}

/** Returns what to say when there is no summary. */
async function summarise(report: Report): Promise<string> {
  const path = environmentVariable("GITHUB_STEP_SUMMARY");
  if (path === undefined) return "";
  try {
    // Earlier commands of the step may have written to it.
    const roomBytes = MAX_SUMMARY_BYTES - (await fileSizeBytes(path));
    if (roomBytes < MIN_SUMMARY_BYTES) return "::notice title=cavra::the job summary is full\n";
    await appendToFile(path, renderMarkdown(report, roomBytes));
    return "";
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return "::notice title=cavra::the job summary could not be written\n";
  }
}
