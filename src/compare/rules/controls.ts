import { BOOTSTRAP_FILE, MANIFEST_FILE } from "../../model/layers.ts";
import { differing, over, type UpgradeRule } from "../rule.ts";

const controlRemoved: UpgradeRule = {
  id: "controls.control-removed",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "a control is gone",
  why: "a safeguard that the earlier release had, and that auditors were told of, is missing",
  remedy: "Restore what the control stands for: cavra explain controls.proven",
  example: { was: "spdx-sbom", now: "no spdx-sbom" },
  ...over(["controls"], ({ controls }) =>
    controls.removed.map((control) => ({
      subject: control,
      at: `${MANIFEST_FILE}: controls`,
      expected: control,
      actual: "absent",
    })),
  ),
};

const guidanceShrank: UpgradeRule = {
  id: "controls.guidance-shrank",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "there are fewer instructions for verifying the release",
  why: "an operator follows what is written; a check that is not written is not done",
  remedy: "Restore the verification commands",
  example: { was: "2 verification commands", now: "1 verification command" },
  ...over(["bootstrap", "installers"], ({ bootstrap: { verificationCommands: commands }, installers }) => [
    ...(commands.added.length < commands.removed.length
      ? differing("verification commands", `${BOOTSTRAP_FILE}: verification_commands`, {
          was: commands.kept.length + commands.removed.length,
          now: commands.kept.length + commands.added.length,
        })
      : []),
    ...installers
      .filter(({ verificationCommand: { was, now } }) => was !== "" && now === "")
      .flatMap(({ target, verificationCommand }) =>
        differing(target, `installers ${target}: verification_command`, verificationCommand),
      ),
  ]),
};

const guidanceChanged: UpgradeRule = {
  id: "controls.guidance-changed",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "the instructions for verifying or installing the release changed",
  why: "operators who work from a copy of the old ones have to be told",
  remedy: "Name the change in the release notes",
  example: { was: "sha256sum -c checksums.txt", now: "shasum -a 256 -c checksums.txt" },
  ...over(["bootstrap", "installers"], ({ bootstrap: { verificationCommands }, installers }) => [
    ...verificationCommands.added.map((command) => ({
      subject: "verification commands",
      at: `${BOOTSTRAP_FILE}: verification_commands`,
      expected: "absent",
      actual: command,
    })),
    ...installers.flatMap(({ target, verificationCommand, installCommand }) => [
      ...differing(target, `installers ${target}: verification_command`, verificationCommand),
      ...differing(target, `installers ${target}: install_command`, installCommand),
    ]),
  ]),
};

export const controlRules: readonly UpgradeRule[] = [controlRemoved, guidanceShrank, guidanceChanged];
