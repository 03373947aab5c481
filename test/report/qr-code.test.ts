import { expect, it } from "vitest";
import { layOut } from "../../src/report/layout.ts";
import { qrLines } from "../../src/report/qr-code.ts";

const DIGEST = "320236ad6db09fa7e8d9cbe358951893eca804a3af6b6e514f71421f2a504f75";
const FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"];

/** The modules as a reader sees them: 1 is dark. */
async function modules(text: string): Promise<readonly string[]> {
  const shown = layOut(await qrLines(text), { widthColumns: 80, color: false, ascii: false });
  return shown
    .trimEnd()
    .split("\n")
    .flatMap((row) => {
      const letters = row.padEnd(45).split("");
      const upper = letters.map((letter) => ("\u2588\u2580".includes(letter) ? "0" : "1")).join("");
      return [upper, letters.map((letter) => ("\u2588\u2584".includes(letter) ? "0" : "1")).join("")];
    });
}

it("draws a digest as a symbol of version 5 with its quiet zone and three finder patterns", async () => {
  const all = await modules(DIGEST);
  expect(all).toHaveLength(46);
  const symbol = all.slice(4, 41).map((row) => row.slice(4, 41));
  for (const quiet of [...all.slice(0, 4), ...all.slice(41, 45)]) expect(quiet).toBe("0".repeat(45));
  for (const row of all.slice(4, 41)) expect(row.slice(0, 4) + row.slice(41)).toBe("0".repeat(8));
  expect(symbol.slice(0, 7).map((row) => row.slice(0, 7))).toEqual(FINDER);
  expect(symbol.slice(0, 7).map((row) => row.slice(30))).toEqual(FINDER);
  expect(symbol.slice(30).map((row) => row.slice(0, 7))).toEqual(FINDER);
});

it("draws another digest otherwise", async () => {
  expect(await modules(DIGEST)).not.toEqual(await modules(DIGEST.replace("3", "4")));
});
