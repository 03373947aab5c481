import { formatUtcTime } from "../formats/utc-time.ts";
import type { SetChange } from "../compare/change.ts";
import type { ComparedFile, FilePair, FilesDiff } from "../compare/files-diff.ts";
import type { LineageDiff, ReleaseDiff } from "../compare/release-diff.ts";
import type { SignersDiff } from "../compare/signers-diff.ts";
import type { PreviousRelease } from "../model/release-statement.ts";
import type { SignerFacts } from "../model/report.ts";
import { valueOf, type Parsed } from "../model/parsed.ts";
import { buildSections } from "./diff-build-sections.ts";
import { changeRow, rowsOf, section, setRows, type DiffRow, type DiffSection } from "./diff-section.ts";
import { count, formatBytes, formatGrowth } from "./quantity.ts";

/** Every part of a diff in the order in which a person asks. */
export function diffSections(diff: ReleaseDiff): readonly DiffSection[] {
  return [
    versionSection(diff),
    setSection("targets", diff.targets),
    filesSection(diff),
    signersSection(diff.signers),
    sourceSection(diff),
    ...buildSections(diff),
    setSection("controls", diff.controls),
  ];
}

function versionSection({ version, identity, lineage }: ReleaseDiff): DiffSection {
  const step = valueOf(version);
  const isSame = step?.from === step?.to;
  return section(
    "version",
    step === undefined ? "" : isSame ? step.to : `step: ${step.bump ?? "these have no order"}`,
    rowsOf(version, ({ from, to }) => changeRow("version", { was: from, now: to })),
    rowsOf(identity, (found) => [
      ...changeRow("product", found.product),
      ...changeRow("component", found.component),
      ...changeRow("package", found.package),
      ...changeRow("line", found.line),
      ...changeRow("channel", found.channel),
    ]),
    rowsOf(lineage, lineageRows),
  );
}

function lineageRows({ declared, actual, ...lineage }: LineageDiff): readonly DiffRow[] {
  return [
    ...changeRow("counter", lineage.releaseCounter),
    ...changeRow("source time", {
      was: formatUtcTime(lineage.sourceDateEpoch.was),
      now: formatUtcTime(lineage.sourceDateEpoch.now),
    }),
    ...changeRow("expires", { was: timeOf(lineage.expires.was), now: timeOf(lineage.expires.now) }),
    ...changeRow("dry run", lineage.dryRun),
    ...changeRow("release id", lineage.manifestSha256),
    ...predecessorRow(lineage.manifestSha256, actual, declared),
  ];
}

/** The new release names what came before it; only another release than the old one is news. */
function predecessorRow(
  { was, now }: LineageDiff["manifestSha256"],
  actual: PreviousRelease,
  declared: PreviousRelease | null,
): readonly DiffRow[] {
  if (was === now) return [];
  return changeRow("previous", { was: nameOf(actual), now: declared === null ? null : nameOf(declared) });
}

function timeOf(seconds: number | null): string {
  return seconds === null ? "never" : formatUtcTime(seconds);
}

function nameOf({ version, manifestSha256 }: PreviousRelease): string {
  return `${version} ${manifestSha256}`;
}

function setSection(title: string, part: Parsed<SetChange>): DiffSection {
  const found = valueOf(part);
  return section(
    title,
    found === undefined ? "" : setSummary(found),
    rowsOf(part, (change) => setRows(change)),
  );
}

function setSummary({ added, removed, kept }: SetChange): string {
  if (added.length + removed.length === 0) return kept.join(" ") || "none";
  return `${kept.length + removed.length} -> ${kept.length + added.length}`;
}

function filesSection({ files, artifactKinds }: ReleaseDiff): DiffSection {
  const found = valueOf(files);
  return section(
    "files",
    found === undefined ? "" : filesSummary(found),
    rowsOf(files, fileRows),
    rowsOf(artifactKinds, (kinds) => setRows(kinds, "kind")),
  );
}

function filesSummary({ added, removed, kept, totalBytes: { was, now } }: FilesDiff): string {
  const changed = kept.filter((pair) => pair.changed.length > 0).length;
  const before = kept.length + removed.length;
  const after = kept.length + added.length;
  if (changed + added.length + removed.length === 0) return `${count(after, "file")}, ${formatBytes(now)}`;
  const files = before === after ? count(after, "file") : `${before} -> ${count(after, "file")}`;
  return `${files} (${kept.length - changed} unchanged), ${formatBytes(was)} -> ${formatBytes(now)}, ${formatGrowth(was, now)}`;
}

function fileRows({ added, removed, kept }: FilesDiff): readonly DiffRow[] {
  return [
    ...removed.map((file): DiffRow => ({ kind: "removed", text: fileText(file) })),
    ...added.map((file): DiffRow => ({ kind: "added", text: fileText(file) })),
    ...kept.flatMap((pair): readonly DiffRow[] =>
      pair.changed.length === 0 ? [] : [{ kind: "changed", text: pairText(pair) }],
    ),
  ];
}

const SIZE_COLUMNS = 9;
const GROWTH_COLUMNS = 11;

function sizeColumns(size: string, growth = ""): string {
  return `${size.padStart(SIZE_COLUMNS)}  ${growth.padEnd(GROWTH_COLUMNS)}`;
}

function fileText({ path, sizeBytes }: ComparedFile): string {
  return `${sizeColumns(formatBytes(sizeBytes))}${path}`;
}

function pairText({ was, now, changed }: FilePair): string {
  const aspects = changed.flatMap((aspect) => {
    if (aspect === "content" || aspect === "size") return [];
    if (aspect === "mode") return [`mode 0${was.mode.toString(8)} -> 0${now.mode.toString(8)}`];
    return [`${aspect} ${was[aspect] ?? "none"} -> ${now[aspect] ?? "none"}`];
  });
  const note = aspects.length === 0 ? "" : `  (${aspects.join(", ")})`;
  return `${sizeColumns(formatBytes(now.sizeBytes), formatGrowth(was.sizeBytes, now.sizeBytes))}${now.path}${note}`;
}

function signersSection(signers: Parsed<SignersDiff>): DiffSection {
  const found = valueOf(signers);
  return section("signers", found === undefined ? "" : signersSummary(found), rowsOf(signers, signerRows));
}

function signersSummary({ added, kept, holders, needed }: SignersDiff): string {
  const names = [...new Set([...kept, ...added].map(({ holder }) => holder))].toSorted();
  return `${names.join(", ") || "nobody"}; ${holders.now} of ${needed.now} needed`;
}

function signerRows(signers: SignersDiff): readonly DiffRow[] {
  return [
    ...setRows({ added: signers.added.map(signerText), removed: signers.removed.map(signerText) }),
    ...setRows(signers.unknownKeyIds, "a key that the root does not name:"),
    ...changeRow("holders", signers.holders),
    ...changeRow("needed", signers.needed),
    ...changeRow("trust", signers.trustLevel),
    ...changeRow("trust root", signers.rootVersion),
    ...changeRow("test trust", signers.testTrust),
  ];
}

function signerText({ holder, algorithm, keyId }: SignerFacts): string {
  return `${holder} (${algorithm}) ${keyId}`;
}

function sourceSection({ source, builder, maker }: ReleaseDiff): DiffSection {
  const found = valueOf(source)?.now;
  return section(
    "source",
    found?.repository ?? "",
    rowsOf(source, ({ was, now }) => [
      ...changeRow("repository", { was: was.repository, now: now.repository }),
      ...changeRow("ref", { was: was.ref, now: now.ref }),
      ...changeRow("commit", { was: was.commit, now: now.commit }),
    ]),
    rowsOf(builder, ({ id, level }) => [...changeRow("builder", id), ...changeRow("level", level)]),
    rowsOf(maker, ({ tool, configSha256 }) => [
      ...changeRow("made by", tool),
      ...changeRow("config", configSha256),
    ]),
  );
}
