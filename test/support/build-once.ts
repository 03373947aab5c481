import { buildIfStale } from "../../scripts/build.ts";

/**
 * Tests of the command line run what is built; a stale build would test yesterday's code. A build that fails is told,
 * and left to those tests: all others need none.
 */
export async function setup(): Promise<void> {
  try {
    await buildIfStale();
  } catch (error) {
    process.stderr.write(`the build failed: ${String(error)}\n`);
  }
}
