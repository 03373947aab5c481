import { deflateRawSync } from "node:zlib";
import { forgeZip, type ForgedEntry } from "../hostile-zip.ts";
import { alignedDynamic } from "../zip-variants/dynamic-block.ts";
import { a, filler, hexBytes, stream, withA, type HostileRow } from "./parts.ts";

const A = 97;
const B = 98;
const codes = { literals: { [A]: 2, [B]: 3, 99: 4, 256: 1, 257: 4 }, symbols: [A, B, A] };
const withoutDistances = alignedDynamic({ ...codes, distances: {} });
const shortEnd = alignedDynamic({ ...codes, distances: { 0: 1, 1: 1 } });

const cut = (data: Uint8Array): readonly ForgedEntry[] => withA({ data });

/** What stands in the data, which both profiles read alike. */
export const dataRows: readonly HostileRow[] = [
  ["crc", "another content", withA({ both: { crc32: 1 } }), {}, "crc"],
  ["crc", "stored", withA({ method: 0, both: { crc32: 1 } }), {}, "crc"],
  ["a2", "data of another size", cut(deflateRawSync("aaaa aaaa")), {}, "data-size"],
  ["a2", "data of a larger size", cut(deflateRawSync("aaaa aaaa aaaa aaaa")), {}, "data-size"],
  ["deflate-trailing", "one byte", cut(Buffer.concat([stream, filler])), {}, "deflate-trailing"],
  [
    "deflate-unfinished",
    "no final block",
    cut(deflateRawSync("aaaa aaaa aaaa", { finishFlush: 2 })),
    {},
    "deflate-unfinished",
  ],
  ["deflate-two-streams", "twice", cut(Buffer.concat([stream, stream])), {}, "deflate-second-stream"],
  ["deflate-damaged", "a reserved block type", cut(hexBytes("07 00")), {}, "deflate-damaged"],
  [
    "deflate-damaged",
    "oversubscribed code lengths",
    cut(hexBytes("05 e0 ff ff ff ff ff ff ff ff ff ff")),
    {},
    "deflate-damaged",
  ],
  [
    "deflate-odd",
    "lengths without distances",
    [{ name: "t/a", content: "aba", data: withoutDistances }],
    {},
    "deflate-no-distances",
  ],
  [
    "deflate-odd",
    "an end behind short codes",
    [{ name: "t/a", content: "aba", data: shortEnd }],
    {},
    "deflate-short-end",
  ],
  ["nested-zip", "stored", [{ name: "t/a.zip", method: 0, content: forgeZip([a]) }], {}, "nested-zip"],
  ["nested-zip", "deflated", [{ name: "t/a.bin", content: forgeZip([a]) }], {}, "nested-zip"],
];
