import { toggle, waiver } from "../base-command.ts";
import { packageArgument, packageFlags } from "../package-flags.ts";
import { VerifyPackageCommand } from "../verify-package-command.ts";

export default class VerifyAirgapBundle extends VerifyPackageCommand {
  static override summary = "Decide whether a package from a medium may be installed; needs no network.";
  static override description =
    "Answers PASS (0), FAIL (1), REFUSED (5), UNKNOWN (4) or INCOMPLETE (3). The signatures are expected in the folder PACKAGE.sigs. Trust comes from --trust, else from CAVRA_TRUST, else from what was pinned; never from the medium.";
  static override examples = [
    {
      description: "a zip from a medium, against the trust root that came by another way",
      command:
        "<%= config.bin %> <%= command.id %> media/cavra-go-runtime-v0.1.0.zip --trust trust-root.json",
    },
    {
      description: "and, only after PASS, unpack exactly the verified bytes",
      command:
        "<%= config.bin %> <%= command.id %> cavra-go-runtime-v0.1.0.zip --trust trust-root.json --extract /opt/cavra-0.1.0",
    },
    {
      description: "a release candidate",
      command:
        "<%= config.bin %> <%= command.id %> cavra-go-runtime-v0.2.0-rc.1.zip --trust trust-root.json --channel rc",
    },
  ];
  static override args = { package: packageArgument };
  static override flags = {
    ...packageFlags,
    "allow-missing-bootstrap": waiver("Do not demand the offline instructions; never passes."),
    "require-bootstrap": toggle({ hidden: true, exclusive: ["allow-missing-bootstrap"] }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(VerifyAirgapBundle);
    return await this.verify("release verify-airgap-bundle", args.package, flags);
  }
}
