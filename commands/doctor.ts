import { diagnose, type Diagnosis } from "../src/flows/doctor.ts";
import { emptyLine, line, span, type Line } from "../src/report/span.ts";
import { count } from "../src/report/quantity.ts";
import { CavraCommand } from "./base-command.ts";

export default class Doctor extends CavraCommand {
  static override summary = "Say what this machine has and lacks for making and verifying releases.";
  static override description =
    "Looks only: nothing is changed and no network is asked. Warnings do not change the exit code, since most of them matter to one kind of work only.";
  static override examples = [
    { description: "this machine and the current folder", command: "<%= config.bin %> doctor" },
    { description: "the same for machines", command: "<%= config.bin %> doctor --json" },
  ];

  async run(): Promise<number> {
    const { flags } = await this.parse(Doctor);
    const diagnoses = await diagnose(process.cwd());
    return this.open(flags).result({ schema: "cavra.doctor/1", diagnoses }, linesOf(diagnoses));
  }
}

function linesOf(diagnoses: readonly Diagnosis[]): readonly Line[] {
  const warnings = diagnoses.filter(({ status }) => status === "warn").length;
  return [
    ...diagnoses.flatMap(diagnosisLines),
    emptyLine,
    line([warnings === 0 ? "everything is there" : `${count(warnings, "warning")}; each names its fix`]),
  ];
}

function diagnosisLines({ id, status, detail, fix }: Diagnosis): readonly Line[] {
  const mark = span(status.padEnd(6), status === "ok" ? "good" : "doubt");
  return [
    line([mark, id.padEnd(8), detail], 2, 16),
    ...(fix === null ? [] : [line([span("fix: ", "faint"), fix], 16, 21)]),
  ];
}
