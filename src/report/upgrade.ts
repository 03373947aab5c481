import type { Report, UpgradeRow } from "../model/report.ts";
import { emptyLine, line, span, type Line } from "./span.ts";
import { BETWEEN_CHANGES } from "./upgrade-rows.ts";

const NAME_COLUMNS = 12;
const WAS_COLUMNS = 26;

/** The comparison of `validate-upgrade`: previous and candidate side by side, changed lines marked. */
export function upgradeLines({ upgrade }: Report): readonly Line[] {
  if (upgrade === undefined) return [];
  const { previous, candidate, rows } = upgrade;
  return [
    emptyLine,
    line(
      [
        span("".padEnd(NAME_COLUMNS)),
        span("previous".padEnd(WAS_COLUMNS), "faint"),
        span("candidate", "faint"),
      ],
      2,
    ),
    sideLine("verdict", previous.verdict, candidate.verdict),
    ...rows.flatMap(rowLines),
  ];
}

/** A candidate's changes stand below its count: in its own narrow column they could not be told apart. */
function rowLines({ now, ...row }: UpgradeRow): readonly Line[] {
  const [value = "", ...changes] = now.split(BETWEEN_CHANGES);
  if (changes.length < 2) return [rowLine({ ...row, now })];
  return [
    rowLine({ ...row, now: value }),
    ...changes.map((change) => line([change], 2 + NAME_COLUMNS, 4 + NAME_COLUMNS)),
  ];
}

function rowLine({ what, was, now, findings }: UpgradeRow): Line {
  const marks = findings.length === 0 ? [] : [span(`   [${findings.join(", ")}]`, "bad")];
  const values = was === now && was.length >= WAS_COLUMNS ? [was, "  on both sides"] : [pad(was), now];
  return line(
    [span(what.padEnd(NAME_COLUMNS), "faint"), ...values, ...marks],
    2,
    2 + NAME_COLUMNS + WAS_COLUMNS,
  );
}

function sideLine(what: string, was: string, now: string): Line {
  return line([span(what.padEnd(NAME_COLUMNS), "faint"), pad(was), now], 2, 2 + NAME_COLUMNS + WAS_COLUMNS);
}

/** A value that is too long for its column still ends before the next one begins. */
function pad(text: string): string {
  return text.length < WAS_COLUMNS ? text.padEnd(WAS_COLUMNS) : `${text}  `;
}
