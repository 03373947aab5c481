// Extracts zips with a Node library. Arguments: its name, a file of lines `zip TAB destination`. Prints `ok` or the
// reason for each.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import AdmZip from "adm-zip";
import { unzipSync } from "fflate";

/** fflate takes the memory that a header asks for. */
const MOST_BYTES = 64 * 1024 * 1024;

function isAffordable({ originalSize }: { readonly originalSize: number }): boolean {
  if (originalSize > MOST_BYTES) throw new Error("it would take all memory");
  return true;
}

const LIBRARIES: Readonly<Record<string, (zip: string, destination: string) => void>> = {
  "adm-zip": (zip, destination) => {
    new AdmZip(zip).extractAllTo(destination, true);
  },
  fflate: (zip, destination) => {
    // It gives content by name; where to write it is left to the caller, who stays in the folder.
    for (const [name, content] of Object.entries(unzipSync(readFileSync(zip), { filter: isAffordable }))) {
      const path = normalize(name);
      if (name === "" || path.startsWith("..") || path.startsWith(sep)) throw new Error("not a local name");
      const target = join(destination, path);
      mkdirSync(name.endsWith("/") ? target : dirname(target), { recursive: true });
      if (!name.endsWith("/")) writeFileSync(target, content);
    }
  },
};

const [library = "", list = ""] = process.argv.slice(2);
const extract = LIBRARIES[library];
if (extract === undefined) throw new Error(`no such library: ${library}`);
for (const line of readFileSync(list, "utf8").trimEnd().split("\n")) {
  const [zip = "", destination = ""] = line.split("\t");
  process.stdout.write(`${outcome(() => extract(zip, destination))}\n`);
}

function outcome(work: () => void): string {
  try {
    work();
    return "ok";
  } catch (error) {
    return JSON.stringify(String(error));
  }
}
