import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { exportSigstoreRoots } from "../../../src/flows/sigstore-roots.ts";
import { sigstoreExportDocument, sigstoreExportLines } from "../../../src/report/sigstore-roots.ts";
import { CavraCommand } from "../../base-command.ts";

export default class Export extends CavraCommand {
  static override summary = "Write the Sigstore roots of this machine into one file, and its digest.";
  static override description =
    "For trust roots that list identities without keys. The network is not asked: without FILE the caches of cosign, gh, sigstore-js and sigstore-python are looked at, which those tools have verified. The same roots give the same digest on every machine.";
  static override examples = [
    {
      description: "what the tools on this machine use",
      command: "<%= config.bin %> <%= command.id %> --out sigstore-root.json",
    },
    {
      description: "what gh attestation trusted-root printed",
      command: "<%= config.bin %> <%= command.id %> trusted_root.jsonl --out sigstore-root.json",
    },
  ];
  static override strict = false;
  static override args = {
    file: argument({ description: "trusted_root.json, or JSON lines; repeat for more" }),
  };
  static override flags = {
    out: string({ summary: "The new file.", required: true, helpValue: "FILE" }),
  };

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Export);
    const exported = await exportSigstoreRoots(argv.map(String), flags.out);
    return this.open(flags).result(sigstoreExportDocument(exported), sigstoreExportLines(exported));
  }
}
