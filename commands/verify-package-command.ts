import { string } from "@oclif/core/args";
import { integer, string as text } from "@oclif/core/flags";
import { checkBundle } from "../src/flows/verify-bundle.ts";
import { prepareVerification } from "../src/flows/verify-policy.ts";
import type { PublishRequest } from "../src/flows/publish-report.ts";
import type { BaseFlags } from "./base-command.ts";
import { VerifyCommand, verifyOptions, type TrustFlags } from "./verify-command.ts";

/** What only the commands that judge one package have. */
export const packageFlags = {
  signatures: text({ summary: "The signature set, when it is not beside the package.", helpValue: "DIR" }),
  line: text({ summary: "The line that you expect.", default: "main", helpValue: "NAME" }),
  channel: text({
    summary: "The channel that you expect.",
    default: "stable",
    options: ["stable", "rc", "dev"],
  }),
  "min-version": text({ summary: "The oldest version that you accept.", helpValue: "VERSION" }),
  previous: text({
    summary: "The package that is installed now; nothing older passes.",
    helpValue: "PACKAGE",
  }),
  osv: text({
    summary: "Look linked Go code up in this snapshot of the Go vulnerability database.",
    helpGroup: "VULNERABILITIES",
    helpValue: "DIR",
  }),
  "osv-updated": text({
    summary: "When the snapshot was taken, if it does not say.",
    helpGroup: "VULNERABILITIES",
    helpValue: "YYYY-MM-DDThh:mm:ssZ",
    dependsOn: ["osv"],
  }),
  "osv-max-age": integer({
    summary: "Days after which the snapshot proves nothing; 30 unless given.",
    helpGroup: "VULNERABILITIES",
    helpValue: "DAYS",
    min: 0,
    dependsOn: ["osv"],
  }),
  extract: text({
    summary: "After PASS, write the verified files into this new folder.",
    aliases: ["extract-dir"],
    helpValue: "DIR",
  }),
  "copy-to": text({
    summary: "After PASS, copy the verified zip and its signatures here.",
    helpValue: "DIR",
  }),
};

export const packageArgument = string({ description: "the package: a zip or a directory", required: true });

interface PackageFlags extends TrustFlags {
  readonly signatures: string | undefined;
  readonly line: string;
  readonly channel: string;
  readonly "min-version": string | undefined;
  readonly previous: string | undefined;
  readonly osv: string | undefined;
  readonly "osv-updated": string | undefined;
  readonly "osv-max-age": number | undefined;
  readonly extract: string | undefined;
  readonly "copy-to": string | undefined;
  readonly "allow-missing-bootstrap"?: boolean;
}

/** A command that judges one package; zip and directory alike. */
export abstract class VerifyPackageCommand extends VerifyCommand {
  protected async verify(
    command: string,
    path: string,
    flags: BaseFlags & PublishRequest & PackageFlags,
  ): Promise<number> {
    const tool = this.tool();
    const options = verifyOptions(flags, {
      line: flags.line,
      channel: flags.channel,
      expectStream: true,
      minimumVersion: flags["min-version"],
      previous: flags.previous,
      osv: flags.osv,
      osvUpdated: flags["osv-updated"],
      osvMaxAgeDays: flags["osv-max-age"],
      allowMissingBootstrap: flags["allow-missing-bootstrap"] === true,
    });
    const report = await checkBundle({
      ...(await prepareVerification(options, tool)),
      tool,
      command,
      path,
      signaturesFolder: flags.signatures,
      extractTo: flags.extract,
      copyTo: flags["copy-to"],
    });
    const exitCode = await this.publish(report, flags);
    if (report.verdict.word === "PASS") this.nameWritten(flags);
    return exitCode;
  }

  private nameWritten(flags: BaseFlags & PackageFlags): void {
    const { progress } = this.open(flags);
    if (flags.extract !== undefined)
      progress.step("extract").done(`the verified files are in ${flags.extract}`);
    if (flags["copy-to"] !== undefined)
      progress.step("copy").done(`the verified zip is in ${flags["copy-to"]}`);
  }
}
