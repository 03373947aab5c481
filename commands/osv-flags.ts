import { integer, string as text } from "@oclif/core/flags";
import type { VerifyOptions } from "../src/flows/verify-policy.ts";

export interface OsvFlags {
  readonly osv: string | undefined;
  readonly "osv-updated": string | undefined;
  readonly "osv-max-age": number | undefined;
}

/** The flags as options of the flow. */
export function osvOptions(flags: OsvFlags): Pick<VerifyOptions, "osv" | "osvUpdated" | "osvMaxAgeDays"> {
  return { osv: flags.osv, osvUpdated: flags["osv-updated"], osvMaxAgeDays: flags["osv-max-age"] };
}

/** Known vulnerabilities: the snapshot that they are looked up in. */
export const osvFlags = {
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
};

/** What is written about them. */
export const vexFlag = {
  vex: text({
    summary: "After PASS, write what OpenVEX could say here; nothing when no record is about the release.",
    helpGroup: "VULNERABILITIES",
    helpValue: "FILE",
    dependsOn: ["osv"],
  }),
};
