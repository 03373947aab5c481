import { checkBundle } from "../src/flows/verify-bundle.ts";
import { prepareVerification } from "../src/flows/verify-policy.ts";
import type { PublishRequest } from "../src/flows/publish-report.ts";
import { demandOwnPlaces } from "../src/io/publish.ts";
import { attestationOf } from "./attestation-flags.ts";
import type { BaseFlags } from "./base-command.ts";
import { osvOptions } from "./osv-flags.ts";
import { memoryOf, type PackageFlags } from "./package-flags.ts";
import { VerifyCommand, verifyOptions } from "./verify-command.ts";

/** A command that judges one package; zip and directory alike. */
export abstract class VerifyPackageCommand extends VerifyCommand {
  protected async verify(
    command: string,
    path: string,
    flags: BaseFlags & PublishRequest & PackageFlags,
  ): Promise<number> {
    const tool = this.tool;
    const { report: reportTo, sarif, junit, vex, extract } = flags;
    demandOwnPlaces([reportTo, sarif, junit, vex, extract, flags["copy-to"], flags["attest-to"]]);
    const options = verifyOptions(flags, {
      line: flags.line,
      channel: flags.channel,
      expectStream: true,
      minimumVersion: flags["min-version"],
      previous: flags.previous,
      require: flags.require,
      ...osvOptions(flags),
      memory: memoryOf(flags),
      allowMissingBootstrap: flags["allow-missing-bootstrap"] === true,
    });
    const report = await checkBundle({
      ...(await prepareVerification(options, tool)),
      tool,
      command,
      path,
      signaturesFolder: flags.signatures,
      extractTo: extract,
      copyTo: flags["copy-to"],
      vexTo: vex,
      attestation: await attestationOf(flags, tool, command),
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
    if (flags["attest-to"] !== undefined)
      progress.step("attest").done(`the signed statements are in ${flags["attest-to"]}`);
  }
}
