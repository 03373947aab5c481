import { CAUSE_WORDS } from "../compare/rebuild/causes.ts";
import type { Cause, RebuildPlan, RebuildReport, RebuildTrust } from "../model/rebuild.ts";
import { comparisonLines } from "./comparison.ts";
import { count, formatBytes } from "./quantity.ts";
import { emptyLine, line, row, span, type Line } from "./span.ts";

/** Places of one cause that a person still reads; the JSON report lists all. */
const MAX_PLACES = 6;
const LABELS = { expected: "shipped", actual: "rebuilt" };

/** Said before anything of the commit is run: whose code it is, and by which commands. */
export function rebuildPlanLines(plan: RebuildPlan): readonly Line[] {
  return [
    line([span("about to run ", "strong"), "code of this commit, with your rights"]),
    row("release", `${plan.product} ${plan.version}, ${plan.ref}`),
    row("vouched for", trustWords(plan.trust)),
    row("checkout", plan.checkout),
    row("commit", `${plan.commit} (${plan.subject})`),
    row(
      "config",
      plan.isRecordedConfig
        ? `${plan.config}, the one that the package names`
        : `${plan.config} of the commit, which is not the one that the package names`,
    ),
    ...(plan.commands.length === 0 ? [row("runs", "nothing: files are copied")] : []),
    ...plan.commands.map(({ argv, targets }, index) =>
      row(
        index === 0 ? "runs" : "",
        argv.join(" "),
        span(targets.length === 0 ? "" : `  for ${targets.join(" ")}`, "faint"),
      ),
    ),
  ];
}

function trustWords(trust: RebuildTrust | null): string {
  if (trust === null) return "by nobody: no trust was given, so no signature was looked at";
  const { holders, source, rootVersion, purpose } = trust;
  const who = holders.length === 0 ? "by the root holders, who endorse it" : `by ${holders.join(", ")}`;
  return `${who} (${source}, root version ${rootVersion}${purpose === "test" ? ", for tests" : ""})`;
}

export function rebuildLines(report: RebuildReport): readonly Line[] {
  const isIdentical = report.verdict.word === "IDENTICAL";
  return [
    verdictLine(report, isIdentical),
    row("package", report.subject.path),
    row("vouched for", trustWords(report.trust)),
    row("source", `${report.source.repository} ${report.source.ref}`),
    row("commit", report.source.commit),
    row("config", report.source.config),
    row("release id", report.release.manifestSha256),
    ...zipRows(report, isIdentical),
    ...attestedRows(report),
    ...causeLines(report.causes),
    ...followingLines(report),
    emptyLine,
    line([span("next: ", "strong"), nextWords(report)], 0, 6),
  ];
}

function verdictLine(
  { release, rebuilt, differingFiles, zipComparedWith }: RebuildReport,
  isIdentical: boolean,
): Line {
  const name = `${release.product} ${release.version}`;
  const all = `${count(rebuilt.fileCount, "file")}${zipComparedWith === "nothing" ? "" : " and the zip"}`;
  const words = isIdentical
    ? `${all}, byte for byte`
    : differingFiles.length === 0
      ? "the files are the same, and the zip is not"
      : `${count(differingFiles.length, "file")} of the package ${differingFiles.length === 1 ? "is" : "are"} not what the source gives`;
  const verdict = isIdentical ? span("IDENTICAL", "good") : span("DIFFERENT", "bad");
  return line([verdict, `  ${name}: ${words}`], 0, 2);
}

function zipRows(report: RebuildReport, isIdentical: boolean): readonly Line[] {
  const { rebuilt, subject } = report;
  const size = `${rebuilt.zipName}, ${formatBytes(rebuilt.zipSizeBytes)}${zipWords(report)}`;
  if (isIdentical) return [row("zip", size), row("SHA-256", rebuilt.zipSha256)];
  return [
    ...(subject.sha256 === null ? [] : [row("shipped zip", subject.sha256)]),
    row("rebuilt zip", rebuilt.zipSha256),
  ];
}

function zipWords({ zipComparedWith }: RebuildReport): string {
  if (zipComparedWith === "bytes") return "";
  return zipComparedWith === "nothing"
    ? " (not compared: a directory was given, and no signed digest)"
    : " (held against the signed digest)";
}

function attestedRows({ attested, rebuilders }: RebuildReport): readonly Line[] {
  if (attested.length === 0) return [];
  const words =
    rebuilders === null
      ? []
      : [
          row(
            "rebuilt by",
            `${rebuilders.holders.length} of ${count(rebuilders.needed, "needed holder")}: ${rebuilders.holders.join(", ")}`,
          ),
        ];
  return [...attested.map(({ holder, path }) => row("attested", `${holder}: ${path}`)), ...words];
}

function causeLines(causes: readonly Cause[]): readonly Line[] {
  const groups = Map.groupBy(causes, ({ cause }) => cause);
  return [...groups].flatMap(([cause, group]) => {
    const { title, fix } = CAUSE_WORDS[cause];
    const places = group.length === 1 ? "" : ` (${count(group.length, "place")})`;
    const hidden = group.length - MAX_PLACES;
    return [
      emptyLine,
      line([span(`different[${cause}]:`, "bad"), " ", span(`${title}${places}`, "strong")], 0, 2),
      ...group.slice(0, MAX_PLACES).flatMap(placeLines),
      ...(hidden > 0 ? [line([`... and ${count(hidden, "more place")}; all of them: --json`], 2, 6)] : []),
      line([span("help: ", "faint"), fix], 2, 8),
    ];
  });
}

function placeLines({ at, field, shipped, rebuilt }: Cause): readonly Line[] {
  return [
    line([span("--> ", "faint"), `${at}: ${field}`], 2, 6),
    ...comparisonLines(shipped, rebuilt, LABELS),
  ];
}

/** What differs only because something below it does. */
function followingLines({ differingFiles, causes }: RebuildReport): readonly Line[] {
  const named = new Set(causes.map(({ at }) => at));
  const following = differingFiles.filter((path) => !named.has(path));
  if (following.length === 0) return [];
  return [emptyLine, row("follows", `${following.join(", ")}: they differ because of the above`)];
}

function nextWords({ verdict, attested, trust }: RebuildReport): string {
  if (verdict.word === "DIFFERENT")
    return "do not sign or install it before every cause is understood; nothing was attested.";
  if (attested.length > 0) return "hand the .sigs folder back to whoever publishes the release.";
  return trust === null
    ? "sign the release, or judge it by a trust root that you got by another way: --trust FILE."
    : "let others rely on it: the same command with --attest KEY.";
}
