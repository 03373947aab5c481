import { describe, expect, it } from "vitest";
import { HeldBytes } from "../../src/io/held-bytes.ts";

describe("HeldBytes", () => {
  it("makes those wait for whom there is no room, and serves them in their order", async () => {
    const held = new HeldBytes(100);
    const served: number[] = [];
    const first = await held.take(60);
    const second = held.take(50).then((bytes) => (served.push(50), bytes));
    const third = held.take(10).then((bytes) => (served.push(10), bytes));
    await Promise.resolve();
    expect(served).toEqual([]);
    expect(held.takenBytes).toBe(60);
    held.free(first);
    held.free(await second);
    held.free(await third);
    expect(served).toEqual([50, 10]);
    expect(held.takenBytes).toBe(0);
  });

  it("lets in what is larger than all room, alone", async () => {
    const held = new HeldBytes(100);
    const large = await held.take(1000);
    let isServed = false;
    const next = held.take(1).then((bytes) => ((isServed = true), bytes));
    await Promise.resolve();
    expect(isServed).toBe(false);
    held.free(large);
    expect((await next).byteLength).toBe(1);
  });

  it("gives the memory back at once", async () => {
    const held = new HeldBytes(100);
    const bytes = await held.take(100);
    held.free(bytes);
    expect(bytes.byteLength).toBe(0);
    expect(held.takenBytes).toBe(0);
  });
});
