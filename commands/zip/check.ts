import { string as argument } from "@oclif/core/args";
import { option } from "@oclif/core/flags";
import { checkZip } from "../../src/flows/check-zip.ts";
import { ZIP_PROFILES } from "../../src/model/zip-profile.ts";
import { zipCheckDocument, zipCheckExitCode, zipCheckLines } from "../../src/report/zip-check.ts";
import { CavraCommand, repeated, toggle } from "../base-command.ts";

export default class Check extends CavraCommand {
  static override summary =
    "Refuse a zip that two tools could read differently; proves nothing about its maker.";
  static override description =
    "Judges the container alone, for gateways and scanners: every byte belongs to one field of one record, whatever stands twice is equal, names are safe on every system, and two readers unpack the same content. Ends with 0 for exactly one reading, 5 when the zip is refused, 3 when the file cannot be opened.";
  static override examples = [
    {
      description: "a zip of this tool",
      command: "<%= config.bin %> <%= command.id %> cavra-go-runtime-v0.1.0.zip",
    },
    {
      description: "a zip that another tool made",
      command: "<%= config.bin %> <%= command.id %> upload.zip --profile strict",
    },
    {
      description: "what each byte is",
      command: "<%= config.bin %> <%= command.id %> upload.zip --profile strict --map",
    },
  ];
  static override args = { file: argument({ description: "the zip", required: true }) };
  static override flags = {
    profile: option({
      summary: "cavra-zip/1: written by this tool. strict: by any tool, with one reading.",
      options: ZIP_PROFILES,
      default: "cavra-zip/1" as const,
    })(),
    "raise-limit": repeated({
      summary: "Accept more than a cap allows, for example expansion=500; can be repeated.",
      helpGroup: "LIMITS",
      helpValue: "NAME=VALUE",
    }),
    map: toggle({ summary: "List every field of the file with its offset." }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Check);
    const facts = await checkZip({
      path: args.file,
      profile: flags.profile,
      withMap: flags.map,
      raiseLimits: flags["raise-limit"],
    });
    return this.open(flags).result(zipCheckDocument(facts), zipCheckLines(facts), zipCheckExitCode(facts));
  }
}
