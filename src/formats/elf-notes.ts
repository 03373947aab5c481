import type { ElfFile, ElfProgram, ElfSection } from "./elf-file.ts";
import type { FieldReader } from "./executable-image.ts";

/** Build ids are well below a hundred bytes; core files have larger notes, which are not looked at. */
const MAX_NOTES_BYTES = 64 * 1024;
const MAX_BUILD_ID_BYTES = 512;

const PT_NOTE = 4;
const SHT_NOTE = 7;
const NT_GNU_BUILD_ID = 3;
const NT_GO_BUILD_ID = 4;

/** Build ids in notes that segments or sections hold: `go:...` of the Go linker, `gnu:<hex>` of any linker. */
export function elfBuildIds(
  elf: ElfFile,
  programs: readonly ElfProgram[],
  sections: readonly ElfSection[],
): readonly string[] {
  const areas = [...programs, ...sections].filter((area) =>
    "name" in area ? area.type === SHT_NOTE : area.type === PT_NOTE,
  );
  const unique = new Map(
    areas.map(({ offset, sizeBytes }) => [`${offset} ${sizeBytes}`, { offset, sizeBytes }]),
  );
  return [...unique.values()].flatMap(({ offset, sizeBytes }) =>
    sizeBytes > MAX_NOTES_BYTES ? [] : buildIdsIn(elf.file.block(offset, sizeBytes, "ELF notes")),
  );
}

/** gABI, "Note Section": name size, description size, type, then both, each padded to 4 bytes. */
function buildIdsIn(notes: FieldReader): readonly string[] {
  const ids: string[] = [];
  for (let at = 0; at + 12 <= notes.sizeBytes;) {
    const nameBytes = notes.u32(at);
    const descriptionBytes = notes.u32(at + 4);
    const descriptionAt = at + 12 + padded(nameBytes);
    const end = descriptionAt + padded(descriptionBytes);
    if (descriptionAt + descriptionBytes > notes.sizeBytes) break;
    const name = notes.text(at + 12, Math.min(nameBytes, 4));
    const type = notes.u32(at + 8);
    const isRead = descriptionBytes > 0 && descriptionBytes <= MAX_BUILD_ID_BYTES;
    if (isRead && name === "Go" && type === NT_GO_BUILD_ID) {
      ids.push(`go:${notes.text(descriptionAt, descriptionBytes)}`);
    } else if (isRead && name === "GNU" && type === NT_GNU_BUILD_ID) {
      ids.push(`gnu:${notes.hex(descriptionAt, descriptionBytes)}`);
    }
    at = end;
  }
  return ids;
}

function padded(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 4) * 4;
}
