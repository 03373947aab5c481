/** Child process: adds to a number in a file, under a lock; with `hang` it takes the lock and keeps it. */
import { readFileSync, writeFileSync } from "node:fs";
import { withLock } from "../../src/io/lock.ts";

const [lock = "", file = "", times = "0"] = process.argv.slice(2);

if (times === "hang") {
  await withLock(lock, async () => {
    process.send?.("held");
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });
}
for (let turn = 0; turn < Number(times); turn += 1) {
  await withLock(lock, async () => {
    const before = Number(readFileSync(file, "utf8"));
    await new Promise((resolve) => setTimeout(resolve, 2));
    writeFileSync(file, String(before + 1));
  });
}
