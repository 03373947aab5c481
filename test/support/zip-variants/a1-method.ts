import { forgeZip } from "../hostile-zip.ts";
import { fixedDeflate } from "./deflate-streams.ts";
import { deflated, grid, hexed, stored } from "./pieces.ts";
import type { VariantClass } from "./variant.ts";

const OTHER_METHODS = [1, 6, 9, 10, 12, 14, 18, 19, 93, 94, 95, 96, 97, 98, 99, 0xffff];
const HEADERS = ["local", "central"] as const;

export const a1: VariantClass = {
  id: "a1",
  title: "the two headers of a file name different methods",
  constructs: [
    {
      name: "stored in one header, deflated in the other",
      readings: ["the bytes as they stand", "what they inflate to"],
      *zips(random) {
        const inner = random.text("abcdef ", 40);
        // Fits both: as many bytes on the disk, and a stream that yields fewer.
        const stream = fixedDeflate(Buffer.from(inner.slice(0, 20)));
        const axes = {
          header: HEADERS,
          size: ["stored", "inflated"],
          neighbour: [false, true],
          need: [10, 20],
        } as const;
        for (const { header, size, neighbour, need } of grid(axes)) {
          const isStored = size === "stored";
          const content = isStored ? stream : inner.slice(0, 20);
          const entry = {
            ...stored("t/a", content, { data: stream, method: isStored ? 0 : 8, both: { need } } as const),
            [header]: { method: isStored ? 8 : 0 },
          };
          const zip = forgeZip(neighbour ? [entry, deflated("t/b", inner)] : [entry]);
          yield [`${header} differs, ${size} size, need ${need}${neighbour ? ", neighbour" : ""}`, zip];
        }
      },
    },
    {
      name: "an unknown method in one header",
      readings: ["a file", "something that cannot be unpacked, and is left out"],
      *zips(random) {
        const content = random.text("abcdef ", 30);
        for (const { header, method, real } of grid({
          header: HEADERS,
          method: OTHER_METHODS,
          real: [0, 8],
        })) {
          const entry = real === 8 ? deflated("t/a", content) : stored("t/a", content);
          yield [`${header} ${hexed(method)}, data ${real}`, forgeZip([{ ...entry, [header]: { method } }])];
        }
      },
    },
  ],
};
