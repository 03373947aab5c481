import { string } from "@oclif/core/flags";
import { interruption } from "../../src/io/interruption.ts";
import { createRelease } from "../../src/flows/create-release.ts";
import { planCreation } from "../../src/flows/plan-creation.ts";
import { signZip } from "../../src/flows/sign-release.ts";
import { createdDocument, createdLines, planDocument, planLines } from "../../src/report/creation.ts";
import { CavraCommand, toggle } from "../base-command.ts";

export default class Build extends CavraCommand {
  static override summary = "Cut a release: build, package, attest, bundle, judge; sign it with --key.";
  static override description =
    "Reads cavra.release.yaml, builds every target in a temporary folder, lets the verifying code judge the result, and only then puts package and zip into the output folder. With --key and --trust it also signs.";
  static override examples = [
    {
      description: "what would be made, without making it",
      command: "<%= config.bin %> <%= command.id %> --first-release --dry-run",
    },
    { description: "the very first release", command: "<%= config.bin %> <%= command.id %> --first-release" },
    {
      description: "the next one, signed at once",
      command:
        "<%= config.bin %> <%= command.id %> --previous dist/cavra-go-runtime-v0.1.0.zip --key release.pem --trust trust-root.json",
    },
  ];
  static override flags = {
    config: string({ summary: "The release config.", helpValue: "FILE" }),
    version: string({ summary: "The version, when the config does not say.", helpValue: "VERSION" }),
    previous: string({ summary: "The release before this one; its counter runs on.", helpValue: "PACKAGE" }),
    "first-release": toggle({ summary: "There is no release before this one.", exclusive: ["previous"] }),
    out: string({ summary: "Where package and zip go.", default: "dist", helpValue: "DIR" }),
    "builder-id": string({ summary: "Who builds, as the provenance names it.", helpValue: "URI" }),
    "dry-run": toggle({ summary: "Print the plan and every output path; make nothing." }),
    key: string({
      summary: "Sign with this private key.",
      dependsOn: ["trust"],
      helpValue: "FILE|env:NAME|signer:FILE",
    }),
    "passphrase-file": string({
      summary: "Passphrase of the key.",
      dependsOn: ["key"],
      helpValue: "FILE|fd:N",
    }),
    trust: string({
      summary: "The trust root that the signature is for.",
      dependsOn: ["key"],
      helpValue: "FILE",
    }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(Build);
    const output = this.open(flags);
    const request = {
      folder: process.cwd(),
      configFile: flags.config,
      version: flags.version,
      previous: flags.previous,
      firstRelease: flags["first-release"],
      outDir: flags.out,
      builderId: flags["builder-id"],
      signal: interruption,
    };
    if (flags["dry-run"]) {
      const { plan } = await planCreation(request);
      return output.result(planDocument(plan), planLines(plan));
    }
    const created = await createRelease(request, `cavra ${this.config.version}`, output.progress);
    const { key, trust, "passphrase-file": passphraseFile } = flags;
    const common = {
      tool: this.tool,
      path: created.zip,
      product: undefined,
      previous: undefined,
      at: undefined,
    };
    const signed =
      key === undefined ? undefined : await signZip({ ...common, key, passphraseFile, trust, copies: "all" });
    return output.result(createdDocument(created, signed), createdLines(created, signed));
  }
}
