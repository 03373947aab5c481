import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { verifyChain } from "../../src/flows/verify-chain.ts";
import { timeOf } from "../../src/flows/verify-policy.ts";
import { line, row, span } from "../../src/report/span.ts";
import { CavraCommand } from "../base-command.ts";

export default class VerifyChain extends CavraCommand {
  static override summary = "Decide whether trust roots follow one another, from the first that is given.";
  static override description =
    "Each next root must be signed by enough holders of the one before and of its own. With --out, the later roots are written into the signature folder of a package under the names that verifications look for.";
  static override examples = [
    {
      description: "from the root that operators have to the newest one",
      command: "<%= config.bin %> <%= command.id %> trust-root.json root.2.dsse.json",
    },
    {
      description: "and put it beside a release",
      command:
        "<%= config.bin %> <%= command.id %> trust-root.json root.2.dsse.json --out cavra-go-runtime-v0.1.0.zip.sigs",
    },
  ];
  static override strict = false;
  static override args = {
    root: argument({ description: "the first root, then the later ones", required: true }),
  };
  static override flags = {
    out: string({ summary: "Write the later roots into this signature folder.", helpValue: "DIR" }),
  };

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(VerifyChain);
    const [first = "", ...later] = argv.map(String);
    const { last, written } = await verifyChain({ first, later, out: flags.out, now: timeOf(undefined) });
    const { version, product, expires } = last.root;
    const document = {
      schema: "cavra.trust-chain/1",
      version,
      product,
      payloadSha256: last.payloadSha256,
      written,
    };
    return this.open(flags).result(document, [
      line([span("follows ", "good"), `${product}, up to root ${version}, valid until ${expires}`]),
      row("pin", last.payloadSha256),
      ...written.map((path) => row("wrote", path)),
    ]);
  }
}
