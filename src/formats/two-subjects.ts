import { CHECKSUMS_FILE } from "../model/layers.ts";
import type { Subject } from "../model/release-statement.ts";
import { segment } from "./field-shapes.ts";
import { shapeProblem } from "./shape.ts";

/** The subjects of a statement about a release, in their order: NAME.zip and TOP/checksums.txt (trust-spec section 3). */
export function zipAndChecksums(subjects: readonly Subject[]): {
  readonly zip: Subject;
  readonly checksums: Subject;
} {
  const [zip, checksums] = subjects;
  if (zip === undefined || checksums === undefined) return shapeProblem("subject", "must have 2 items");
  if (!segment(zip.name, "subject[0].name").endsWith(".zip"))
    shapeProblem("subject[0].name", "must be NAME.zip");
  const [top, file, ...deeper] = checksums.name.split("/");
  if (top === undefined || file !== CHECKSUMS_FILE || deeper.length > 0) {
    shapeProblem("subject[1].name", `must be TOP/${CHECKSUMS_FILE}`);
  }
  return { zip, checksums };
}
