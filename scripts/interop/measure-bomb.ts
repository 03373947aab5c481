// Judges one zip in a process of its own and prints what it took. Argument: the zip.
import { readEntry } from "../../src/formats/zip-entry-data.ts";
import { openByteSource } from "../../src/io/byte-source.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { readZipTwice } from "../../src/judge/read-zip.ts";

const [path = ""] = process.argv.slice(2);
const restBytes = process.resourceUsage().maxRSS * 1024;
const started = performance.now();
const finding = firstFinding();
const milliseconds = Math.ceil(performance.now() - started);
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ finding, milliseconds, peakBytes, restBytes }));

function firstFinding(): string | null {
  const file = openByteSource(path);
  try {
    const zip = readZipTwice(file, "cavra-zip/1", DEFAULT_LIMITS);
    if (!zip.ok) return zip.sightings[0]?.problem ?? null;
    for (const entry of zip.entries) {
      const data = readEntry(file, entry);
      if (!data.ok) return data.sighting.problem;
    }
    return null;
  } finally {
    file.close();
  }
}
