// Checks a zip as `zip check` does, and prints what was found and the peak of its memory: node zip-check-memory.ts ZIP
import { checkZip } from "../../src/flows/check-zip.ts";

const [path = ""] = process.argv.slice(2);
// The zips of the test are as small as deflate can make them.
const raiseLimits = ["expansion=1032"];
const { findings } = await checkZip({ path, profile: "cavra-zip/1", withMap: false, raiseLimits });
const found = findings.map(({ id }) => id);
process.stdout.write(JSON.stringify({ found, peakMiB: process.resourceUsage().maxRSS / 1024 }));
