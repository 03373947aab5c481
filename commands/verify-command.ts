import { boolean, string as text } from "@oclif/core/flags";
import { publishReport, type PublishRequest } from "../src/flows/publish-report.ts";
import { prepareVerification, type VerifyOptions } from "../src/flows/verify-policy.ts";
import type { Report } from "../src/model/report.ts";
import { CavraCommand, repeated, toggle, waiver, type BaseFlags } from "./base-command.ts";

/** The flags of every command that judges a package; those of the existing system are among them. */
export abstract class VerifyCommand extends CavraCommand {
  static override baseFlags = {
    ...CavraCommand.baseFlags,
    trust: text({
      summary: "The trust root that you got by another way.",
      helpGroup: "TRUST",
      helpValue: "FILE",
    }),
    product: text({ summary: "Which pinned product this is.", helpGroup: "TRUST", helpValue: "NAME" }),
    "allow-test-trust": toggle({ summary: "Accept a trust root that is for tests.", helpGroup: "TRUST" }),
    at: text({
      summary: "Judge at this time instead of the clock's.",
      helpGroup: "TRUST",
      helpValue: "YYYY-MM-DDThh:mm:ssZ",
    }),
    diagnose: waiver("Go on past failures; never passes."),
    "allow-unsigned": waiver("Judge all but the signatures; never passes."),
    "allow-missing-provenance": waiver("Do not demand signed provenance; never passes."),
    "raise-limit": repeated({
      summary: "Accept more than a cap allows, for example expansion=500; can be repeated.",
      helpGroup: "LIMITS",
      helpValue: "NAME=VALUE",
    }),
    report: text({ summary: "Write the JSON report here too.", helpGroup: "OUTPUT", helpValue: "FILE" }),
    sarif: text({ summary: "Write a SARIF 2.1.0 log here.", helpGroup: "OUTPUT", helpValue: "FILE" }),
    junit: text({ summary: "Write a JUnit report here.", helpGroup: "OUTPUT", helpValue: "FILE" }),
    annotations: boolean({
      summary: "GitHub annotations on stderr, and the job summary; on in GitHub Actions.",
      helpGroup: "OUTPUT",
      allowNo: true,
    }),
    "require-signatures": toggle({ hidden: true, exclusive: ["allow-unsigned"] }),
    "require-provenance": toggle({ hidden: true, exclusive: ["allow-missing-provenance"] }),
  };

  /** Writes the report wherever it was asked for, prints it, and returns the exit code of its verdict. */
  protected async publish(report: Report, flags: PublishFlags): Promise<number> {
    const annotations = await publishReport(report, flags);
    const output = this.open(flags);
    const exitCode = output.report(report);
    if (annotations !== "") output.terminal.writeTalk(annotations);
    return exitCode;
  }
}

type PublishFlags = BaseFlags & PublishRequest;

export interface TrustFlags {
  readonly trust: string | undefined;
  readonly product: string | undefined;
  readonly at: string | undefined;
  readonly diagnose: boolean;
  readonly "raise-limit": readonly string[];
  readonly "allow-test-trust": boolean;
  readonly "allow-unsigned": boolean;
  readonly "allow-missing-provenance": boolean;
}

/** Flags as options of the flow; what a command does not have is given by it. */
export function verifyOptions(
  flags: TrustFlags,
  rest: Pick<VerifyOptions, "line" | "channel" | "expectStream"> & Partial<VerifyOptions>,
): Parameters<typeof prepareVerification>[0] {
  return {
    trust: flags.trust,
    product: flags.product,
    at: flags.at,
    allowTestTrust: flags["allow-test-trust"],
    allowUnsigned: flags["allow-unsigned"],
    allowMissingProvenance: flags["allow-missing-provenance"],
    allowMissingBootstrap: false,
    diagnose: flags.diagnose,
    raiseLimits: flags["raise-limit"],
    ...rest,
  };
}
