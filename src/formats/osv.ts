import type { AffectedModule, AffectedPackage, VersionRange, Vulnerability } from "../model/vulnerability.ts";
import { parsed, type Parsed } from "../model/parsed.ts";
import { parseJson } from "./json.ts";
import { list, oneOf, open, optional, readShape, shapeProblem, text, textLike, type Shape } from "./shape.ts";

export const MAX_OSV_RECORD_BYTES = 4 * 1024 * 1024;
const MAX_OSV_DEPTH = 32;
const MAX_ITEMS = 100_000;

const id = textLike(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "the id of a record");
const version = textLike(/^[0-9][0-9A-Za-z.+-]{0,199}$/, "a version without v");
const texts = optional(list(text, { max: MAX_ITEMS }));

const event = open({
  introduced: optional(version),
  fixed: optional(version),
  last_affected: optional(version),
  limit: optional(version),
});

/** OSV 1.x, "Evaluation": events in the order of their versions; each introduction lasts until the next fix. */
const semverRange: Shape<readonly VersionRange[]> = (value, at) => {
  const { events } = open({ type: text, events: list(event, { min: 1, max: MAX_ITEMS }) })(value, at);
  const ranges: VersionRange[] = [];
  let introduced: string | undefined;
  for (const [index, item] of events.entries()) {
    if (item.last_affected !== undefined || item.limit !== undefined) {
      return shapeProblem(`${at}.events[${index}]`, "is of a kind that Go records do not have");
    }
    if (item.introduced !== undefined) {
      if (introduced !== undefined)
        return shapeProblem(`${at}.events[${index}]`, "opens a range that is open");
      introduced = item.introduced;
    }
    if (item.fixed !== undefined) {
      if (introduced === undefined)
        return shapeProblem(`${at}.events[${index}]`, "closes a range that is not open");
      ranges.push({ introduced, fixed: item.fixed });
      introduced = undefined;
    }
  }
  return introduced === undefined ? ranges : [...ranges, { introduced, fixed: null }];
};

const rangeType = open({ type: oneOf("SEMVER", "ECOSYSTEM", "GIT") });
const range: Shape<readonly VersionRange[]> = (value, at) =>
  rangeType(value, at).type === "SEMVER" ? semverRange(value, at) : [];

const affectedPackage: Shape<AffectedPackage> = (value, at) => {
  const { path, symbols, goos, goarch } = open({ path: text, symbols: texts, goos: texts, goarch: texts })(
    value,
    at,
  );
  return { path, symbols: symbols ?? [], goos: goos ?? [], goarch: goarch ?? [] };
};

const affectedMembers = open({
  package: open({ name: text, ecosystem: text }),
  ranges: optional(list(range, { max: MAX_ITEMS })),
  ecosystem_specific: optional(open({ imports: optional(list(affectedPackage, { max: MAX_ITEMS })) })),
});
/** Go writes nothing else; records of other ecosystems in one folder are left out, not wrong. */
const affected: Shape<readonly AffectedModule[]> = (value, at) => {
  const fields = affectedMembers(value, at);
  if (fields.package.ecosystem !== "Go") return [];
  return [
    {
      module: fields.package.name,
      ranges: (fields.ranges ?? []).flat(),
      packages: fields.ecosystem_specific?.imports ?? [],
    },
  ];
};

const record = open({
  id,
  modified: text,
  withdrawn: optional(text),
  aliases: texts,
  summary: optional(text),
  affected: optional(list(affected, { max: MAX_ITEMS })),
});

export interface OsvRecord {
  readonly vulnerability: Vulnerability;
  /** As written; the Go database of a source checkout holds year 1 here. */
  readonly modified: string;
  readonly isWithdrawn: boolean;
}

/** One record of the OSV format (ossf.github.io/osv-schema), as far as Go programs are concerned. */
export function parseOsv(at: string, bytes: Uint8Array): Parsed<OsvRecord> {
  const json = parseJson(at, bytes, { maxBytes: MAX_OSV_RECORD_BYTES, maxDepth: MAX_OSV_DEPTH });
  const fields = readShape(json, record);
  if (!fields.ok) return fields;
  const { modified, withdrawn, aliases, summary } = fields.value;
  return parsed(at, {
    modified,
    isWithdrawn: withdrawn !== undefined,
    vulnerability: {
      id: fields.value.id,
      aliases: aliases ?? [],
      summary: summary ?? "",
      affected: (fields.value.affected ?? []).flat(),
    },
  });
}
