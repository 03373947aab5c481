import { forgeZip } from "../hostile-zip.ts";
import { deflated, grid, hexed, stored } from "./pieces.ts";
import type { Construct, VariantClass } from "./variant.ts";

const NAMES = ["t/a", "t/a/", "t/a\\", "t/a//", "t/a/."] as const;
const DOS_ATTRIBUTES = [0, 0x10, 0x20, 0x30] as const;
const UNIX_KINDS = [0, 0x8, 0x4] as const;
const HOSTS = [0, 3, 10, 19] as const;
const DATA = ["none", "stored", "deflated"] as const;

interface Shape {
  readonly name: (typeof NAMES)[number];
  readonly dos: (typeof DOS_ATTRIBUTES)[number];
  readonly unix: (typeof UNIX_KINDS)[number];
  readonly host: (typeof HOSTS)[number];
  readonly data: (typeof DATA)[number];
}

/** What the name says, what the attributes say and whether there is data have to fit together. */
function isHarmless({ name, dos, unix, data }: Shape): boolean {
  if (name === "t/a") return (dos & 0x10) === 0 && unix !== 4;
  return name === "t/a/" && data === "none" && unix !== 8;
}

/** What cavra writes itself. */
function isProfile({ name, dos, unix, host }: Shape): boolean {
  return name === "t/a" && dos === 0x20 && unix === 8 && host === 3;
}

const AXES = { name: NAMES, dos: DOS_ATTRIBUTES, unix: UNIX_KINDS, host: HOSTS, data: DATA };

function* shapes(wanted: (shape: Shape) => boolean, content: string): Generator<readonly [string, Buffer]> {
  for (const shape of grid(AXES)) {
    if (isProfile(shape) || !wanted(shape)) continue;
    const { name, dos, unix, host, data } = shape;
    const permissions = unix === 4 ? 0o755 : 0o644;
    const external = (((unix << 12) | (unix === 0 ? 0 : permissions)) * 0x1_0000 + dos) >>> 0;
    const central = { external, madeBy: (host << 8) | 0x2d };
    const entry =
      data === "deflated" ? deflated(name, content) : stored(name, data === "none" ? "" : content);
    yield [
      `${JSON.stringify(name)} attributes=${hexed(external)} host=${host} data=${data}`,
      forgeZip([{ ...entry, central }]),
    ];
  }
}

const mixed: Construct = {
  name: "name, attributes and data that do not fit together",
  readings: ["a file", "a folder, its data lost"],
  *zips(random) {
    yield* shapes((shape) => !isHarmless(shape), random.text("abcdef ", 30));
  },
};

const fitting: Construct = {
  name: "files and folders as other tools write them",
  kind: "foreign",
  readings: ["what the name says", "the same: attributes and data fit it"],
  *zips(random) {
    yield* shapes(isHarmless, random.text("abcdef ", 30));
  },
};

const twice: Construct = {
  name: "one path, once a file and once a folder",
  readings: ["the file", "the folder, or an error half way"],
  *zips(random) {
    const content = random.text("abcdef ", 30);
    const folder = stored("t/a/", "", { central: { external: 0x41ed_0010 } });
    yield ["file first", forgeZip([stored("t/a", content), folder])];
    yield ["folder first", forgeZip([folder, stored("t/a", content)])];
    yield ["folder with a file in it", forgeZip([folder, stored("t/a/b", content), stored("t/a", content)])];
  },
};

export const a4: VariantClass = {
  id: "a4",
  title: "file or folder: slash at the end, backslash, attributes, data",
  constructs: [mixed, twice, fitting],
};
