import { expect, it } from "vitest";
import { fingerprintRows } from "../../src/report/fingerprint.ts";
import { layOut } from "../../src/report/layout.ts";

it("shows a digest whole, eight groups and eight words to a line", () => {
  const digest = "320236ad6db09fa7e8d9cbe358951893eca804a3af6b6e514f71421f2a504f75";
  const shown = layOut(fingerprintRows(digest), { widthColumns: 80, color: false, ascii: true });
  expect(shown).toBe(
    [
      "  by eye       3202 36ad 6db0 9fa7 e8d9 cbe3 5895 1893",
      "               eca8 04a3 af6b 6e51 4f71 421f 2a50 4f75",
      "  read aloud   gamaf gipot kukub nuvol vogin sozog jofij dofig",
      "               vufom bifog putor kunid hutud hamiz fonib hutuj",
      "",
    ].join("\n"),
  );
});
