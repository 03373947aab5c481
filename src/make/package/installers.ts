import type { Installers, InstallerTarget } from "../../model/documents.ts";
import { CHECKSUMS_FILE } from "../../model/layers.ts";
import { headerFrom, type PackageFile, type PackageInput } from "./package-input.ts";

const NOTES = [
  "Verify the package with a trust root that came another way before installing anything from it.",
  "Run the commands in the folder of the package; each names the binary by its path there.",
];

/** Names that need no care inside double quotes in cmd. */
const PLAIN_FOLDER = /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/;

/** One entry for each binary that the config wants installed. */
export function installersOf(input: PackageInput): Installers {
  const targets = input.files.flatMap((file) => installerTarget(file, input));
  return { ...headerFrom(input), targets, operatorNotes: NOTES };
}

function installerTarget(file: PackageFile, input: PackageInput): readonly InstallerTarget[] {
  if (file.target === null || file.installName === null) return [];
  const [os = "", arch = ""] = file.target.split("/");
  return [
    {
      target: file.target,
      os,
      arch,
      binary: file.path,
      binarySha256: file.sha256,
      sizeBytes: file.sizeBytes,
      installMethod: "manual-binary",
      ...(os === "windows"
        ? windowsInstall(file.path, file.installName, input)
        : unixInstall(file.path, file.installName)),
      verificationCommand: `sha256sum -c ${CHECKSUMS_FILE}`,
    },
  ];
}

type Install = Pick<InstallerTarget, "installPath" | "installCommand">;

function unixInstall(binary: string, name: string): Install {
  const installPath = `/usr/local/bin/${name}`;
  return { installPath, installCommand: `install -m 0755 ${binary} ${installPath}` };
}

function windowsInstall(binary: string, installName: string, { vendor, product }: PackageInput): Install {
  const folder = vendor !== null && PLAIN_FOLDER.test(vendor) ? vendor : product;
  const name = installName.toLowerCase().endsWith(".exe") ? installName : `${installName}.exe`;
  const installPath = `%ProgramFiles%\\${folder}\\${name}`;
  return { installPath, installCommand: `copy /Y "${binary.replaceAll("/", "\\")}" "${installPath}"` };
}
