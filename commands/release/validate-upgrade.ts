import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { validateUpgrade } from "../../src/flows/validate-upgrade.ts";
import { prepareVerification } from "../../src/flows/verify-policy.ts";
import { waiver } from "../base-command.ts";
import { osvFlags, osvOptions } from "../osv-flags.ts";
import { VerifyCommand, verifyOptions } from "../verify-command.ts";

export default class ValidateUpgrade extends VerifyCommand {
  static override summary = "Decide whether a release candidate is worse than the release before it.";
  static override description =
    "Verifies both packages (zip or directory), compares them, and runs every upgrade rule: versions, targets, files, signers, provenance, reproducibility, SBOM, controls. Exits 0 when nothing at or above --fail-on was found. The rules: cavra rules.";
  static override examples = [
    {
      description: "the last release against the candidate",
      command:
        "<%= config.bin %> <%= command.id %> dist/cavra-go-runtime-v0.1.0.zip dist/cavra-go-runtime-v0.2.0-rc.1.zip --trust trust-root.json",
    },
    {
      description: "warnings block too",
      command: "<%= config.bin %> <%= command.id %> OLD NEW --trust trust-root.json --fail-on warning --json",
    },
  ];
  static override args = {
    previous: argument({ description: "the release before: a zip or a directory", required: true }),
    candidate: argument({ description: "the candidate: a zip or a directory", required: true }),
  };
  static override flags = {
    "fail-on": string({
      summary: "The mildest finding that fails.",
      options: ["error", "warning"],
      default: "error",
    }),
    rebuild: string({
      summary: "What release rebuild --json said of the candidate.",
      helpValue: "FILE",
    }),
    ...osvFlags,
    "allow-same-version": waiver("Accept an equal version; never passes."),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(ValidateUpgrade);
    const tool = this.tool;
    const options = verifyOptions(flags, {
      line: "main",
      channel: "stable",
      expectStream: false,
      ...osvOptions(flags),
    });
    const report = await validateUpgrade({
      ...(await prepareVerification(options, tool)),
      tool,
      previous: args.previous,
      candidate: args.candidate,
      failOn: flags["fail-on"] === "warning" ? "warning" : "error",
      rebuild: flags.rebuild,
      allowSameVersion: flags["allow-same-version"],
    });
    return this.publish(report, flags);
  }
}
