import type { EntryMode } from "../model/container.ts";
import { hex } from "./sighting-list.ts";
import type { CentralHeader } from "./zip-headers.ts";
import { EXTERNAL_0644, EXTERNAL_0755 } from "./zip-records.ts";

/** MS-DOS attribute of a folder, in the lower half of the external attributes. */
const DOS_FOLDER = 0x10;
/** File types of Unix, in the upper half (sys/stat.h). */
const TYPE_MASK = 0o170000;
const TYPE_FOLDER = 0o040000;
const TYPE_REGULAR = 0o100000;
const TYPE_LINK = 0o120000;
const SPECIAL_BITS = 0o7000;
const OTHERS_MAY_WRITE = 0o002;

/** A sighting about the attributes. */
type See = (problem: string, field: "external attributes", expected: string, actual: string) => void;

/** One problem of the external attributes, the worst. Tools heed the Unix half whatever host is written down. */
export function judgeAttributes(
  { external }: CentralHeader,
  isFolder: boolean,
  isHouse: boolean,
  see: See,
): void {
  const found = attributeProblem(external, isFolder);
  if (found !== undefined) {
    see(found[0], "external attributes", found[1], hex(external, 8));
  } else if (isHouse && !isFolder && external !== EXTERNAL_0644 && external !== EXTERNAL_0755) {
    const expected = `${hex(EXTERNAL_0644, 8)} (0644) or ${hex(EXTERNAL_0755, 8)} (0755)`;
    see("container.attributes", "external attributes", expected, hex(external, 8));
  }
}

function attributeProblem(external: number, isFolder: boolean): readonly [string, string] | undefined {
  const mode = external >>> 16;
  const type = mode & TYPE_MASK;
  if (type === TYPE_LINK) return ["container.link-entry", "a regular file"];
  if (type !== 0 && type !== TYPE_REGULAR && type !== TYPE_FOLDER)
    return ["container.special-entry", "a regular file"];
  const saysFolder = type === TYPE_FOLDER || (external & DOS_FOLDER) !== 0;
  const saysFile = type === TYPE_REGULAR;
  if (isFolder ? saysFile : saysFolder) {
    return [
      "container.folder-attributes",
      isFolder ? "a folder, as its name says" : "a file, as its name says",
    ];
  }
  if ((mode & SPECIAL_BITS) !== 0) return ["container.setuid-entry", "no setuid, setgid or sticky bit"];
  // Python gives every folder mode 0777; what is extracted here gets folders of its own.
  if (!isFolder && (mode & OTHERS_MAY_WRITE) !== 0)
    return ["container.world-writable", "a file that only its owner may change"];
  return undefined;
}

const OWNER_MAY_EXECUTE = 0o100;

/** The mode that a file gets: executable for all or for none. */
export function modeOf({ external }: CentralHeader): EntryMode {
  return ((external >>> 16) & OWNER_MAY_EXECUTE) === 0 ? 0o644 : 0o755;
}
