import { forgeZip } from "../hostile-zip.ts";
import { deflated, extraRecord, grid, hexed, stored } from "./pieces.ts";
import type { Construct, VariantClass } from "./variant.ts";

const BITS: Readonly<Record<string, number>> = {
  encrypted: 0x0001,
  "strong encryption": 0x0041,
  "strong encryption alone": 0x0040,
  "masked headers": 0x2000,
  "masked and encrypted": 0x2041,
};
const HEADERS = ["local", "central", "both"] as const;

const flagged: Construct = {
  name: "encryption flags",
  readings: ["the bytes as they stand", "bytes that need a password, left out or taken as empty"],
  *zips(random) {
    const content = random.text("abcdef ", 40);
    for (const { bit, header, method, salt } of grid({
      bit: Object.keys(BITS),
      header: HEADERS,
      method: [0, 8],
      salt: [false, true],
    })) {
      const flags = BITS[bit] ?? 1;
      const entry = method === 0 ? stored("t/a", content) : deflated("t/a", content);
      const plainData = entry.data ?? Buffer.from(content);
      // Twelve bytes stand before the data of an encrypted file (APPNOTE 6.1.5).
      const data = salt ? Buffer.concat([random.bytes(12), plainData]) : plainData;
      const changes = {
        ...(header === "central" ? {} : { local: { flags } }),
        ...(header === "local" ? {} : { central: { flags } }),
      };
      yield [
        `${bit} in ${header}, method ${method}${salt ? ", salted" : ""}`,
        forgeZip([{ ...entry, data, ...changes }]),
      ];
    }
  },
};

const extras: Construct = {
  name: "encryption that an extra field announces",
  readings: ["the bytes as they stand", "bytes that need a password"],
  *zips(random) {
    const content = random.text("abcdef ", 40);
    // WinZip AES (0x9901): version, vendor, strength, the method inside. 0x0017: strong encryption header.
    const aes = extraRecord(0x9901, Buffer.from("02004145030800", "hex"));
    const strong = extraRecord(0x0017, Buffer.from("0200010e80000100", "hex"));
    for (const { extra, method, flags } of grid({
      extra: [aes, strong],
      method: [0, 8, 99],
      flags: [0, 1],
    })) {
      const entry = stored("t/a", content, { both: { method, flags }, local: { extra }, central: { extra } });
      yield [`${hexed(extra.readUInt16LE(0))}, method ${method}, flags ${flags}`, forgeZip([entry])];
    }
  },
};

export const a5: VariantClass = {
  id: "a5",
  title: "encrypted in one header, in both, or only in name",
  constructs: [flagged, extras],
};
