/**
 * Writes the tampered copies of a release that `fixtures/tampered` describes, each with its signature set.
 *
 *     node scripts/tampered.ts DIR                      of the releases in dist-samples
 *     node scripts/tampered.ts DIR --samples FOLDER     of those in another folder
 */
import { existsSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { startDeflatePool } from "../src/io/deflate.ts";
import { shellWord } from "../src/make/build/shell-words.ts";
import { ROOT } from "./root.ts";
import { tamperedPage, type TamperedCopy } from "./tampered/page.ts";
import { readRecipes, type Recipe } from "./tampered/recipe.ts";
import { readSamples, type Samples } from "./tampered/samples.ts";
import { verifyFlags, writeTampered } from "./tampered/tamper.ts";

async function writeAll(folder: string, samplesFolder: string): Promise<void> {
  const recipes = readRecipes();
  const samples = readSamples(samplesFolder);
  const pool = startDeflatePool();
  const copies: TamperedCopy[] = [];
  try {
    for (const recipe of recipes) {
      const path = await writeTampered(recipe, samples, join(folder, recipe.defect), pool);
      copies.push({ recipe, command: commandFor(path, recipe, samples) });
      console.log(`${recipe.defect}: ${recipe.title}`);
    }
  } finally {
    await pool.close();
  }
  const page = join(folder, "README.md");
  writeFileSync(page, tamperedPage(copies));
  console.log(`${copies.length} copies; what each must give: ${shown(page)}`);
}

function commandFor(path: string, recipe: Recipe, samples: Samples): string {
  const trust = ["--trust", samples.trustRoot, "--allow-test-trust"];
  const words = [path, ...trust, ...verifyFlags(recipe, samples)];
  const inFolder = words.map((word) => (word.startsWith("/") ? shown(word) : word));
  return ["cavra release verify-airgap-bundle", ...inFolder.map(shellWord)].join(" ");
}

function shown(path: string): string {
  const below = relative(process.cwd(), path);
  return below.startsWith("..") ? path : below;
}

const [folder, flag, given, ...rest] = process.argv.slice(2);
const samplesFolder = flag === undefined ? join(ROOT, "dist-samples") : given;
const isKnownFlag = flag === undefined || flag === "--samples";
if (
  folder === undefined ||
  folder.startsWith("-") ||
  !isKnownFlag ||
  samplesFolder === undefined ||
  rest.length > 0
) {
  console.error("usage: npm run tampered -- DIR [--samples FOLDER]");
  process.exitCode = 2;
} else if (existsSync(folder)) {
  console.error(`error: ${folder} exists already\nhint: name a new folder`);
  process.exitCode = 2;
} else {
  await writeAll(resolve(folder), resolve(samplesFolder));
}
