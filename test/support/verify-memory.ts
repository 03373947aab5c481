// Reads and inspects a whole zip as a verification does, and prints the peak of its memory: node verify-memory.ts ZIP THREADS
import { openSubject } from "../../src/flows/open-subject.ts";
import { Inspector } from "../../src/io/inspector.ts";
import { inspectRelease } from "../../src/judge/inspect-release.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";

const [zip = "", threads = "1"] = process.argv.slice(2);
const opened = await openSubject(zip, new Inspector({ threads: Number(threads), threadsFromBytes: 1 }));
const container = opened.openContainer(DEFAULT_LIMITS);
if (!container.ok) throw new Error(JSON.stringify(container.stage.sightings));
const inspected = await inspectRelease(container.container, "everything", DEFAULT_LIMITS);
await opened.close();
const files = inspected.ok ? [...inspected.inspection.release.files.values()] : [];
const executables = files.filter(({ binary }) => binary?.ok === true).length;
process.stdout.write(JSON.stringify({ executables, peakMiB: process.resourceUsage().maxRSS / 1024 }));
