import { string as argument } from "@oclif/core/args";
import { integer, string } from "@oclif/core/flags";
import { listIdentity } from "../../src/flows/sigstore-roots.ts";
import { trustRootLines } from "../../src/report/trust-root.ts";
import { CavraCommand, toggle } from "../base-command.ts";

export default class AddIdentity extends CavraCommand {
  static override summary = "List in a trust root draft a workflow or person that signs without a key.";
  static override description =
    "Names are compared whole. The Sigstore root says which authorities and logs count; its digest goes into the trust root, and the file travels with the signatures.";
  static override examples = [
    {
      description: "a workflow on GitHub, beside the people who hold keys",
      command:
        "<%= config.bin %> <%= command.id %> trust-root.draft.json --id release-workflow --holder CI --issuer https://token.actions.githubusercontent.com --san https://github.com/o/r/.github/workflows/release.yml@refs/heads/main --repository-id 123456789 --sigstore-root sigstore-root.json",
    },
  ];
  static override args = { draft: argument({ description: "the draft", required: true }) };
  static override flags = {
    id: string({
      summary: "What it is called here: a-z, 0-9 and -.",
      required: true,
      helpValue: "ID",
    }),
    holder: string({
      summary: "Who answers for it; the person, where that person has a key too.",
      required: true,
      helpValue: "NAME",
    }),
    issuer: string({ summary: "Who vouches for the name.", required: true, helpValue: "URL" }),
    san: string({
      summary: "The whole name in the certificate: the URI of a workflow or an email address.",
      required: true,
      helpValue: "NAME",
    }),
    "repository-id": string({
      summary: "Of the repository in the certificate; empty where it names none.",
      required: true,
      helpValue: "ID",
    }),
    "sigstore-root": string({
      summary: "trusted_root.json, or JSON lines of several.",
      required: true,
      helpValue: "FILE",
    }),
    role: string({
      summary: "Releases, and where they were built; or the latter alone.",
      options: ["release", "builder"],
      default: "release",
    }),
    "no-log": toggle({ summary: "Ask for no entry in a log." }),
    timestamp: toggle({ summary: "Ask for a timestamp of an authority." }),
    threshold: integer({ summary: "How many holders must agree from now on.", min: 1, max: 256 }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(AddIdentity);
    const identity = {
      id: flags.id,
      holder: flags.holder,
      issuer: flags.issuer,
      san: flags.san,
      sourceRepositoryId: flags["repository-id"],
      requireTlog: !flags["no-log"],
      requireTimestamp: flags.timestamp,
    };
    const root = await listIdentity(args.draft, identity, {
      sigstoreRoot: flags["sigstore-root"],
      role: flags.role === "builder" ? "builder" : "release",
      threshold: flags.threshold,
    });
    const document = { schema: "cavra.trust-draft/1", path: args.draft, root };
    return this.open(flags).result(document, trustRootLines(root, null));
  }
}
