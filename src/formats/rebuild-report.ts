import { CAUSES, type Cause } from "../model/rebuild.ts";
import { REBUILD_VERDICTS, type RebuildVerdict } from "../model/rebuild-statement.ts";
import type { Parsed } from "../model/parsed.ts";
import { sentence, sha256 } from "./field-shapes.ts";
import { parseJson } from "./json.ts";
import { list, oneOf, open, readShape, text } from "./shape.ts";

const MAX_CAUSES = 100_000;

/** What others than its maker need of a `cavra.rebuild/1`. */
export interface RebuildResult {
  readonly verdict: RebuildVerdict;
  /** The release that was rebuilt, by its id. */
  readonly manifestSha256: string;
  readonly causes: readonly Cause[];
}

const shape = open({
  schema: oneOf("cavra.rebuild/1"),
  verdict: open({ word: oneOf(...REBUILD_VERDICTS) }),
  release: open({ manifestSha256: sha256 }),
  causes: list(
    open({ cause: oneOf(...CAUSES), at: sentence, field: sentence, shipped: text, rebuilt: text }),
    { max: MAX_CAUSES },
  ),
});

/** Reads what `cavra release rebuild --json` printed; members of later versions are left unread. */
export function parseRebuildReport(at: string, bytes: Uint8Array): Parsed<RebuildResult> {
  const read = readShape(parseJson(at, bytes), shape);
  if (!read.ok) return read;
  const { verdict, release, causes } = read.value;
  return { ...read, value: { verdict: verdict.word, manifestSha256: release.manifestSha256, causes } };
}
