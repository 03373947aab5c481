import { resolve } from "node:path";
import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { rebuildRelease } from "../../src/flows/rebuild-release.ts";
import { interruption } from "../../src/io/interruption.ts";
import { rebuildLines, rebuildPlanLines } from "../../src/report/rebuild.ts";
import { CavraCommand, repeated, toggle } from "../base-command.ts";

export default class Rebuild extends CavraCommand {
  static override summary = "Prove a release: make it again from its commit and compare every byte.";
  static override description =
    "Clones the commit that the package names out of a checkout, builds it with the config of that commit and the pinned toolchain, in a clean place and with a cache of its own, and holds every file and the zip against what was shipped. Answers IDENTICAL (0), or DIFFERENT (1) with the cause of each difference and how it goes away. With trust, the package must verify before anything is built. It runs code of the commit, and says so first; commands that the package records are never run.";
  static override examples = [
    {
      description: "a release, on another machine than it was cut on",
      command:
        "<%= config.bin %> <%= command.id %> dist/cavra-go-runtime-v0.1.0.zip --source ~/src/cavra --trust trust-root.json",
    },
    {
      description: "and sign that it came out the same",
      command:
        "<%= config.bin %> <%= command.id %> dist/cavra-go-runtime-v0.1.0.zip --trust trust-root.json --attest rebuilder.pem",
    },
  ];
  static override args = {
    package: argument({ description: "the package: a zip or a directory", required: true }),
  };
  static override flags = {
    source: string({ summary: "A checkout that has the commit.", default: ".", helpValue: "DIR" }),
    config: string({ summary: "The release config, relative to --source.", helpValue: "FILE" }),
    signatures: string({
      summary: "The signature set, when it is not beside the package.",
      helpValue: "DIR",
    }),
    trust: string({ summary: "Build only what verifies under this trust root.", helpValue: "FILE" }),
    product: string({ summary: "Which pinned product this is.", helpValue: "NAME" }),
    at: string({ summary: "Judge at this time instead of the clock's.", helpValue: "YYYY-MM-DDThh:mm:ssZ" }),
    "allow-unsigned": toggle({
      summary: "Build though nobody vouched for the package, whatever is pinned.",
      exclusive: ["trust", "attest"],
    }),
    attest: repeated({
      summary: "When it is IDENTICAL, sign that with this rebuilder's key; can be repeated.",
      helpGroup: "ATTESTING",
      helpValue: "FILE|env:NAME|signer:FILE",
    }),
    "passphrase-file": string({
      summary: "Passphrase of the key.",
      helpGroup: "ATTESTING",
      dependsOn: ["attest"],
      helpValue: "FILE|fd:N",
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Rebuild);
    const output = this.open(flags);
    const { trust, product, at, attest } = flags;
    const request = {
      tool: this.tool,
      path: args.package,
      sourceFolder: resolve(flags.source),
      configFile: flags.config,
      signaturesFolder: flags.signatures,
      allowUnsigned: flags["allow-unsigned"],
      passphraseFile: flags["passphrase-file"],
      signal: interruption,
      trust,
      product,
      at,
      attest,
    };
    const outcome = await rebuildRelease(request, {
      progress: output.progress,
      announce: (plan) => output.talk(rebuildPlanLines(plan)),
    });
    if (outcome.kind === "not rebuilt") return output.report(outcome.report);
    return output.result(outcome.report, rebuildLines(outcome.report), outcome.report.verdict.exitCode);
  }
}
