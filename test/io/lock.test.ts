import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { withLock } from "../../src/io/lock.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const WORKER = fileURLToPath(new URL("../support/lock-worker.ts", import.meta.url));
const folder = scratchFolder();
let count = 0;

function place(): { readonly lock: string; readonly file: string; readonly names: () => readonly string[] } {
  count += 1;
  const own = join(folder, String(count));
  mkdirSync(own);
  const file = join(own, "number");
  writeFileSync(file, "0");
  return { lock: join(own, "lock"), file, names: () => readdirSync(own) };
}

function worker(...args: readonly string[]): ChildProcess {
  return fork(WORKER, args, { execArgv: [] });
}

describe("a lock", () => {
  it("lets one process after the other at it, and leaves nothing behind", async () => {
    const { lock, file, names } = place();
    const workers = [1, 2, 3].map(() => worker(lock, file, "8"));
    const codes = await Promise.all(workers.map(async (child) => (await once(child, "exit"))[0] as number));
    expect(codes).toEqual([0, 0, 0]);
    expect(readFileSync(file, "utf8")).toBe("24");
    expect(names()).toEqual(["number"]);
  });

  it("is taken over from a holder that was killed, by one of several", async () => {
    const { lock, file, names } = place();
    const holder = worker(lock, file, "hang");
    await once(holder, "message");
    holder.kill("SIGKILL");
    await once(holder, "exit");
    expect(names()).toContain("lock");
    const workers = [1, 2, 3].map(() => worker(lock, file, "4"));
    await Promise.all(workers.map((child) => once(child, "exit")));
    expect(readFileSync(file, "utf8")).toBe("12");
    expect(names()).not.toContain("lock");
  });

  it("is given back when the work fails", async () => {
    const { lock, names } = place();
    await expect(withLock(lock, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(names()).toEqual(["number"]);
  });

  it("is told when its folder cannot be written", async () => {
    await expect(withLock(join(folder, "none", "lock"), () => Promise.resolve())).rejects.toMatchObject({
      code: "output",
    });
  });
});
