import { string as argument } from "@oclif/core/args";
import { string as text } from "@oclif/core/flags";
import { verifySigstoreBundle } from "../src/flows/verify-sigstore-bundle.ts";
import {
  bundleVerificationDocument,
  bundleVerificationExitCode,
  bundleVerificationLines,
} from "../src/report/bundle-verification.ts";
import { CavraCommand } from "./base-command.ts";

export default class VerifyBundle extends CavraCommand {
  static override summary = "Verify a Sigstore bundle of anybody over a file, offline.";
  static override description =
    "For bundles that others made: npm provenance, GitHub attestations, cosign. Names are compared whole, never as patterns. The network is never asked: what is trusted stands in the file of --trusted-root. Ends with 0 only when exactly this signer signed exactly this artifact, with 1 when not, with 4 when nothing could be proven.";
  static override examples = [
    {
      description: "an attestation of a workflow on GitHub",
      command:
        "<%= config.bin %> <%= command.id %> app.tgz --bundle app.sigstore.json --trusted-root trusted_root.jsonl --certificate-identity https://github.com/o/r/.github/workflows/release.yml@refs/tags/v1 --certificate-oidc-issuer https://token.actions.githubusercontent.com",
    },
    {
      description: "a signature of a key that you have",
      command: "<%= config.bin %> <%= command.id %> app.tgz --bundle app.sigstore.json --key maker.pem",
    },
  ];
  static override args = {
    artifact: argument({ description: "the file, or its digest: sha256:HEX or sha512:HEX", required: true }),
  };
  static override flags = {
    bundle: text({ summary: "The bundle (*.sigstore.json).", helpValue: "FILE", required: true }),
    "certificate-identity": text({
      summary: "The whole name in the certificate: an email address or the URI of a workflow.",
      helpValue: "ID",
      helpGroup: "SIGNER",
    }),
    "certificate-oidc-issuer": text({
      summary: "Who vouched for that name.",
      helpValue: "URL",
      helpGroup: "SIGNER",
    }),
    key: text({ summary: "The public key instead of a certificate.", helpValue: "PEM", helpGroup: "SIGNER" }),
    "trusted-root": text({
      summary: "Authorities and logs: trusted_root.json, or JSON lines of several.",
      helpValue: "FILE",
      helpGroup: "SIGNER",
    }),
    "predicate-type": text({
      summary: "The kind of statement that it must be; any when not given.",
      helpValue: "URI",
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(VerifyBundle);
    const facts = await verifySigstoreBundle({
      bundle: flags.bundle,
      artifact: args.artifact,
      identity: flags["certificate-identity"],
      issuer: flags["certificate-oidc-issuer"],
      key: flags.key,
      trustedRoot: flags["trusted-root"],
      predicateType: flags["predicate-type"],
    });
    const [document, lines] = [bundleVerificationDocument(facts), bundleVerificationLines(facts)];
    return this.open(flags).result(document, lines, bundleVerificationExitCode(facts));
  }
}
