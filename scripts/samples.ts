/**
 * Cuts the samples from source again, with the pinned Go and the test keys.
 *
 *     node scripts/samples.ts          in place of those in dist-samples
 *     node scripts/samples.ts DIR      into another folder, to compare
 */
import { join, resolve } from "node:path";
import { buildIfStale } from "./build.ts";
import { ROOT } from "./root.ts";
import { cutSamples, SAMPLE_NAMES } from "./samples/cut-samples.ts";

const [folder, ...rest] = process.argv.slice(2);
if (rest.length > 0 || folder?.startsWith("-") === true) {
  console.error("usage: node scripts/samples.ts [DIR]");
  process.exitCode = 2;
} else {
  const destination = folder === undefined ? join(ROOT, "dist-samples") : resolve(folder);
  try {
    await buildIfStale();
    await cutSamples(destination, (line) => console.error(line));
    for (const name of SAMPLE_NAMES) console.log(join(destination, name));
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
