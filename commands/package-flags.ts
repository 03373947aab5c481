import { string } from "@oclif/core/args";
import { string as text } from "@oclif/core/flags";
import type { MemoryRequest } from "../src/flows/trust-source.ts";
import { attestationFlags, type AttestationFlags } from "./attestation-flags.ts";
import { repeated, toggle } from "./base-command.ts";
import { osvFlags, vexFlag, type OsvFlags } from "./osv-flags.ts";
import type { TrustFlags } from "./verify-command.ts";

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
  require: repeated({
    summary: "A check that must have passed too, for example reproducibility.rebuild; can be repeated.",
    helpGroup: "TRUST",
    helpValue: "CHECK",
  }),
  ...osvFlags,
  ...vexFlag,
  stateless: toggle({
    summary: "Keep and read no record of releases, though there is a pin.",
    exclusive: ["require-state"],
  }),
  "no-record": toggle({ summary: "Read the record of releases, and leave it as it is." }),
  "require-state": toggle({ summary: "UNKNOWN where no record of releases is kept." }),
  extract: text({
    summary: "After PASS, write the verified files into this new folder.",
    aliases: ["extract-dir"],
    helpValue: "DIR",
  }),
  "copy-to": text({
    summary: "After PASS, copy the verified zip and its signatures here.",
    helpValue: "DIR",
  }),
  ...attestationFlags,
};

export const packageArgument = string({ description: "the package: a zip or a directory", required: true });

export interface PackageFlags extends TrustFlags, AttestationFlags, OsvFlags {
  readonly signatures: string | undefined;
  readonly line: string;
  readonly channel: string;
  readonly "min-version": string | undefined;
  readonly previous: string | undefined;
  readonly require: readonly string[];
  readonly vex: string | undefined;
  readonly stateless: boolean;
  readonly "no-record": boolean;
  readonly "require-state": boolean;
  readonly extract: string | undefined;
  readonly "copy-to": string | undefined;
  readonly "allow-missing-bootstrap"?: boolean;
}

/** What the flags say of the record of releases beside a pin. */
export function memoryOf(flags: PackageFlags): MemoryRequest {
  const kept = flags["no-record"] ? "read" : "record";
  return { use: flags.stateless ? "none" : kept, isRequired: flags["require-state"] };
}
