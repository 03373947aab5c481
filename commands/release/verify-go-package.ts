import { packageArgument, packageFlags } from "../package-flags.ts";
import { VerifyPackageCommand } from "../verify-package-command.ts";

export default class VerifyGoPackage extends VerifyPackageCommand {
  static override summary = "Decide whether a package, directory or zip, is what its holders signed.";
  static override description =
    "Answers PASS (0), FAIL (1), REFUSED (5), UNKNOWN (4) or INCOMPLETE (3). The signatures are expected in the folder PACKAGE.sigs. Trust comes from --trust, else from CAVRA_TRUST, else from what was pinned; never from the medium.";
  static override examples = [
    {
      description: "a directory, against the trust root that came by another way",
      command: "<%= config.bin %> <%= command.id %> dist/go-runtime-v0.1.0 --trust trust-root.json",
    },
    {
      description: "for machines: one JSON document, and the exit code",
      command: "<%= config.bin %> <%= command.id %> dist/go-runtime-v0.1.0 --trust trust-root.json --json",
    },
    {
      description: "everything that is wrong, past the first failure",
      command:
        "<%= config.bin %> <%= command.id %> dist/go-runtime-v0.1.0 --trust trust-root.json --diagnose",
    },
  ];
  static override args = { package: packageArgument };
  static override flags = packageFlags;

  async run(): Promise<number> {
    const { args, flags } = await this.parse(VerifyGoPackage);
    return await this.verify("release verify-go-package", args.package, flags);
  }
}
