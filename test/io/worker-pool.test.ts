import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { WorkerPool } from "../../src/io/worker-pool.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const folder = scratchFolder();
const port = new URL("../../src/io/worker-port.ts", import.meta.url).href;
const failure = new URL("../../src/model/failure.ts", import.meta.url).href;
const started: WorkerPool<string, string>[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((pool) => pool.close()));
});

/** A pool of threads that do this with a task; `Failure` and `process` are at hand. */
function poolOf(body: string, size = 2): WorkerPool<string, string> {
  const path = join(folder, `${started.length}-${body.length}.mjs`);
  const lines = [
    `import { serveTasks } from ${JSON.stringify(port)};`,
    `import { Failure } from ${JSON.stringify(failure)};`,
    `serveTasks(async (task) => { ${body} });`,
  ];
  writeFileSync(path, lines.join("\n"));
  const pool = new WorkerPool<string, string>(pathToFileURL(path), size, "the test");
  started.push(pool);
  return pool;
}

describe("a pool of threads", () => {
  it("answers every task, more of them than it has threads", async () => {
    const pool = poolOf("return { result: task + '!' };");
    const tasks = Array.from({ length: 20 }, (_, index) => String(index));
    expect(await Promise.all(tasks.map((task) => pool.run(task)))).toEqual(tasks.map((task) => `${task}!`));
  });

  it("hands on a Failure of a task, and goes on", async () => {
    const pool = poolOf(
      "if (task === 'bad') throw new Failure('input', 'it is bad', { at: 'x' }); return { result: task };",
    );
    await expect(pool.run("bad")).rejects.toMatchObject({ code: "input", details: { at: "x" } });
    expect(await pool.run("good")).toBe("good");
  });

  it.each([
    ["throws", "throw new TypeError('unforeseen');"],
    ["ends", "process.exit(0);"],
    ["ends with an error", "process.exit(3);"],
  ])("fails every task, and never waits for ever, when a thread %s", async (_, body) => {
    const pool = poolOf(`if (task === 'first') { ${body} } return { result: task };`, 1);
    const outcomes = await Promise.allSettled(["first", "second"].map((task) => pool.run(task)));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: "input" } });
    await expect(pool.run("third")).rejects.toMatchObject({ code: "input" });
  });
});
