import type { SetChange } from "../compare/change.ts";
import type { FilesDiff } from "../compare/files-diff.ts";
import type { ModulesDiff } from "../compare/modules-diff.ts";
import type { ReleaseDiff } from "../compare/release-diff.ts";
import { formatUtcTime } from "../formats/utc-time.ts";
import { valueOf, type Parsed } from "../model/parsed.ts";
import type { UpgradeRow } from "../model/report.ts";
import { count, formatBytes } from "./quantity.ts";

type Row = Omit<UpgradeRow, "findings"> & {
  /** Families of the rules that judge this line. */
  readonly rules: readonly string[];
};

/** The other rules of the family judge counter, lineage and time, which have lines of their own. */
const VERSION_RULES: readonly string[] = [
  "version.reused",
  "version.unparseable",
  "version.not-newer",
  "version.only-build-metadata-differs",
  "version.prerelease-order-trap",
  "version.numeric-id-unsafe",
  "version.channel-mismatch",
  "version.disagrees",
  "version.identity-changed",
  "version.release-line-crossed",
  "version.bump-too-small",
];
const LINEAGE_RULES: readonly string[] = ["version.counter", "version.lineage", "version.releases-skipped"];

const SHOWN_CHANGES = 6;
/** Between the count of a row and each of its changes. */
export const BETWEEN_CHANGES = "  ";

/**
 * The comparison as a table for people: was, now, and which rules had something to say.
 * @param found Ids of the rules that found something.
 */
export function upgradeRows(diff: ReleaseDiff, found: readonly string[]): readonly UpgradeRow[] {
  const rows: readonly (Row | undefined)[] = [
    of(diff.version, ({ from, to, bump }) =>
      row("version", from, `${to} (${bump ?? "not comparable"})`, VERSION_RULES),
    ),
    of(diff.lineage, ({ releaseCounter }) =>
      row("counter", String(releaseCounter.was), String(releaseCounter.now), LINEAGE_RULES),
    ),
    of(diff.lineage, ({ sourceDateEpoch: { was, now } }) =>
      row("source time", formatUtcTime(was), formatUtcTime(now), ["version.time", "version.expir"]),
    ),
    of(diff.source, ({ was, now }) =>
      row("commit", was.commit.slice(0, 12), now.commit.slice(0, 12), ["version.same-commit"]),
    ),
    of(diff.signers, ({ added, removed, kept }) =>
      row("signers", holders([...removed, ...kept]), holders([...kept, ...added]), ["signer."]),
    ),
    of(diff.builder, ({ id }) => row("builder", id.was, id.now, ["provenance.builder"])),
    of(diff.targets, (targets) => setRow("targets", targets, ["files.target"])),
    of(diff.files, (files) => filesRow(files)),
    of(diff.files, (files) =>
      row("size", formatBytes(files.totalBytes.was), formatBytes(files.totalBytes.now), ["files.size"]),
    ),
    of(diff.toolchains, (changes) => listRow("toolchain", changes, ["reproducibility.toolchain"])),
    of(diff.modules, (modules) => modulesRow(modules)),
    of(diff.controls, (controls) => setRow("controls", controls, ["controls."])),
  ];
  return rows.flatMap((item) => (item === undefined ? [] : [finished(item, found)]));
}

function of<T>(section: Parsed<T>, make: (value: T) => Row): Row | undefined {
  const value = valueOf(section);
  return value === undefined ? undefined : make(value);
}

function row(what: string, was: string, now: string, rules: readonly string[]): Row {
  return { what, was, now, rules };
}

function finished({ rules, ...rest }: Row, found: readonly string[]): UpgradeRow {
  const own = found.filter((id) => rules.some((prefix) => id.startsWith(prefix)));
  return { ...rest, findings: [...new Set(own)] };
}

function holders(signers: readonly { readonly holder: string }[]): string {
  return [...new Set(signers.map(({ holder }) => holder))].toSorted().join(", ") || "nobody";
}

function setRow(what: string, { added, removed, kept }: SetChange, rules: readonly string[]): Row {
  const changes = [...removed.map((element) => `- ${element}`), ...added.map((element) => `+ ${element}`)];
  const was = String(kept.length + removed.length);
  return row(what, was, [String(kept.length + added.length), ...shown(changes)].join(BETWEEN_CHANGES), rules);
}

function filesRow({ added, removed, kept }: FilesDiff): Row {
  const changed = kept.filter((pair) => pair.changed.length > 0).length;
  const words = [
    String(kept.length + added.length),
    ...shown([...removed.map(({ path }) => `- ${path}`), ...added.map(({ path }) => `+ ${path}`)]),
    count(changed, "changed", "changed"),
  ];
  return row("files", String(kept.length + removed.length), words.join(BETWEEN_CHANGES), ["files."]);
}

function listRow(
  what: string,
  changes: readonly { readonly was: string; readonly now: string }[],
  rules: readonly string[],
): Row {
  const distinct = (side: "was" | "now"): string =>
    [...new Set(changes.map((change) => change[side]))].join(", ") || "none";
  return row(what, distinct("was"), distinct("now"), rules);
}

/** What got worse comes first, so that it is the last to be left out. */
function modulesRow(modules: ModulesDiff): Row {
  const changes = [
    ...modules.downgraded.map(({ path, was, now }) => `${path} ${was} -> ${now} (older)`),
    ...modules.removed.map(({ path }) => `- ${path}`),
    ...modules.added.map(({ path, version }) => `+ ${path} ${version}`),
    ...modules.updated.map(({ path, was, now }) => `${path} ${was} -> ${now}`),
  ];
  const words = [String(modules.count.now), ...shown(changes)];
  return row("modules", String(modules.count.was), words.join(BETWEEN_CHANGES), ["sbom."]);
}

/** The table is for a glance: a release may change a hundred modules, and the findings name each. */
function shown(changes: readonly string[]): readonly string[] {
  const more = changes.length - SHOWN_CHANGES;
  return more > 1 ? [...changes.slice(0, SHOWN_CHANGES), `and ${more} more`] : changes;
}
