import { appendFile, stat } from "node:fs/promises";
import { inputFailure, systemErrorCode, writing } from "./system-error.ts";

/** Adds text to the end of a file, which is made when it is missing. Throws Failure "output". */
export async function appendToFile(path: string, text: string): Promise<void> {
  await writing(path, appendFile(path, text));
}

/** Size in bytes of what a path leads to; 0 when there is nothing. Throws Failure "input". */
export async function fileSizeBytes(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return 0;
    throw inputFailure(path, error);
  }
}
