import type { Problem } from "../../model/finding.ts";

export const FETCH_AGAIN =
  "Do not open it with any other tool. Compare its SHA-256 with the one your vendor publishes, and fetch it again";
export const ASK_VENDOR =
  "Do not use it. Get the zip from your vendor again, by another way, and verify that";
export const ONE_READING =
  "two unzip tools could show different content for it, so what was checked need not be what is installed";
export const NOT_OURS =
  "every zip of this profile has the same value there, so something else wrote or changed this one";

/** Words of one problem of a container that ends every verification. */
export type FatalWords = readonly [name: string, title: string, why: string, remedy?: string];

export function fatalProblems(words: readonly FatalWords[], remedy: string): readonly Problem[] {
  return words.map(([name, title, why, own = remedy]) => ({
    id: `container.${name}`,
    severity: "fatal",
    title,
    why,
    remedy: own,
  }));
}
