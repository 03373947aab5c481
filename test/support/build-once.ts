import { buildIfStale } from "../../scripts/build.ts";

/** Tests of the command line run what is built; a stale build would test yesterday's code. */
export async function setup(): Promise<void> {
  await buildIfStale();
}
