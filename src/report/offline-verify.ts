import type { KeyAlgorithm } from "../model/trust-root.ts";
import { CHECKSUMS_NAMESPACE, ZIP_NAMESPACE } from "../formats/sshsig.ts";
import { offlineLimits, offlinePrelude, type OfflineKit } from "./offline-facts.ts";

interface Shell {
  readonly title: string;
  readonly notes: readonly string[];
  readonly settings: readonly string[];
  readonly zipDigest: Block;
  readonly files: readonly Block[];
  /** A path from a variable and the rest of it. */
  readonly path: (folder: string, rest: string) => string;
  readonly variable: (name: string) => string;
  readonly sshKeygen: (command: string, input: string) => string;
  /** One that checks raw Ed25519 signatures. */
  readonly openssl3: string;
}

/** What one tool does, and the line to type. */
interface Block {
  readonly title: string;
  readonly lines: readonly string[];
}

type Subject = "zip" | "checksums";

/**
 * OFFLINE-VERIFY.txt of a kit: commands for people without cavra, by system, and what they do not prove. ASCII. Every
 * line to type is indented by four; its words come from the root and from here, never from a release.
 */
export function offlineInstructions(kit: OfflineKit): string {
  const kinds = new Set(kit.keys.map(({ algorithm }) => algorithm));
  const first = kit.keys[0]?.name ?? "";
  const shells = [unix("Linux", first), unix("macOS", first), powerShell(first)];
  const parts = [
    ...offlinePrelude(kit),
    ...shells.flatMap((shell) => shellSection(shell, kinds)),
    ...offlineLimits(kit),
  ];
  return `${parts.join("\n")}\n`;
}

function shellSection(shell: Shell, kinds: ReadonlySet<KeyAlgorithm>): readonly string[] {
  const heading = [shell.title, "=".repeat(shell.title.length), ""];
  const zip = [...signatureBlocks(shell, "zip", kinds), shell.zipDigest];
  const list = signatureBlocks(shell, "checksums", kinds);
  return [
    ...heading,
    ...shell.notes,
    "",
    ...block({ title: "Set these first, with your own paths and the KEY to ask", lines: shell.settings }),
    "1. The zip, before anything unpacks it: one of these, for each KEY.",
    "",
    ...zip.flatMap(block),
    "2. The list in the unpacked package: one of these, for each KEY.",
    "",
    ...list.flatMap(block),
    "3. The files of the unpacked package.",
    "",
    ...shell.files.flatMap(block),
  ];
}

function block({ title, lines }: Block): readonly string[] {
  return [`${title}:`, "", ...lines.map((line) => `    ${line}`), ""];
}

function signatureBlocks(shell: Shell, subject: Subject, kinds: ReadonlySet<KeyAlgorithm>): readonly Block[] {
  return [
    ...(kinds.has("ed25519") ? edwardsBlocks(shell, subject) : []),
    ...(kinds.has("ecdsa-p256") ? [p256Block(shell, subject)] : []),
  ];
}

function edwardsBlocks(shell: Shell, subject: Subject): readonly Block[] {
  const { path, openssl3 } = shell;
  const key = shell.variable("KEY");
  const input = inputOf(shell, subject);
  const copy = (form: string): string => path("SIGS", `${subject}.${key}.${form}`);
  const namespace = subject === "zip" ? ZIP_NAMESPACE : CHECKSUMS_NAMESPACE;
  const allowed = path("KIT", "allowed_signers");
  const ssh = `ssh-keygen -Y verify -f ${allowed} -I ${key} -n ${namespace} -s ${copy("sshsig")}`;
  const minisign = `minisign -V -p ${path("KIT", `${key}.minisign.pub`)} -m ${input} -x ${copy("minisig")}`;
  const pem = path("KIT", `${key}.pem`);
  const raw = `${openssl3} pkeyutl -verify -pubin -inkey ${pem} -rawin -in ${input} -sigfile ${copy("sig")}`;
  return [
    { title: `${subject} with ssh-keygen (KEY of kind ed25519)`, lines: [shell.sshKeygen(ssh, input)] },
    { title: `${subject} with minisign (KEY of kind ed25519)`, lines: [minisign] },
    // Ed25519 needs its message in memory, so a zip has no raw copy with it.
    ...(subject === "zip" ? [] : [{ title: `${subject} with openssl (KEY of kind ed25519)`, lines: [raw] }]),
  ];
}

function p256Block(shell: Shell, subject: Subject): Block {
  const key = shell.variable("KEY");
  const pem = shell.path("KIT", `${key}.pem`);
  const copy = shell.path("SIGS", `${subject}.${key}.p256.sig`);
  const command = `openssl dgst -sha256 -verify ${pem} -signature ${copy} ${inputOf(shell, subject)}`;
  return { title: `${subject} with openssl (KEY of kind ecdsa-p256)`, lines: [command] };
}

function inputOf({ path, variable }: Shell, subject: Subject): string {
  return subject === "zip" ? `"${variable("ZIP")}"` : path("TOP", "checksums.txt");
}

/** Every name of the list, the list itself and every file that there is: what stands once is missing or not listed. */
const UNLISTED = `(cd "$TOP" && { cut -c 67- checksums.txt; echo checksums.txt; find . ! -type d | cut -c 3-; } | sort | uniq -u)`;

function unix(title: "Linux" | "macOS", key: string): Shell {
  const isMac = title === "macOS";
  const sum = isMac ? "shasum -a 256" : "sha256sum";
  const notes = isMac
    ? [
        "ssh-keygen and shasum belong to the system. Its openssl cannot check Ed25519, so that one is asked of Homebrew's openssl@3.",
      ]
    : ["ssh-keygen: OpenSSH 9.1 or later. openssl: 3.0 or later. signify reads the files for minisign too."];
  return {
    title,
    notes: [...notes, "A command that ends with another code than 0 (echo $?) said no."],
    settings: [
      "KIT=/path/to/this/folder",
      "ZIP=/path/to/NAME.zip",
      'SIGS="$ZIP.sigs"',
      "TOP=/path/to/unpacked/folder",
      `KEY=${key}`,
    ],
    zipDigest: { title: `digest with ${sum}`, lines: [`${sum} "$ZIP"`] },
    files: [
      {
        title: `files with ${sum}: every line ends with OK`,
        lines: [`(cd "$TOP" && ${sum} -c checksums.txt)`],
      },
      { title: "files that are not listed, or missing: prints nothing", lines: [UNLISTED] },
    ],
    path: (folder, rest) => `"$${folder}/${rest}"`,
    variable: (name) => `$${name}`,
    sshKeygen: (command, input) => `${command} < ${input}`,
    openssl3: isMac ? '"$(brew --prefix openssl@3)/bin/openssl"' : "openssl",
  };
}

function powerShell(key: string): Shell {
  const list = String.raw`Get-Content -LiteralPath "$TOP\checksums.txt"`;
  const changed = `if ((Get-FileHash -Algorithm SHA256 -LiteralPath $path).Hash -ne $sum) { "CHANGED $path" }`;
  const listed = String.raw`$listed = @(${list} | ForEach-Object { $_.Substring(66).Replace('/', '\') }) + 'checksums.txt'`;
  const found = `Get-ChildItem -LiteralPath $TOP -Recurse -Force -File | ForEach-Object { $_.FullName.Substring($TOP.Length + 1) }`;
  return {
    title: "Windows PowerShell",
    notes: [
      "ssh-keygen belongs to Windows, from OpenSSH 9.1 on (ssh -V); openssl (3.0 or later) and minisign do not.",
      "PowerShell cannot hand a file to a program unchanged, so cmd does. A program whose $LASTEXITCODE is not 0 said no.",
    ],
    settings: [
      String.raw`$KIT = 'D:\path\to\this\folder'`,
      String.raw`$ZIP = 'E:\path\to\NAME.zip'`,
      '$SIGS = "$ZIP.sigs"',
      String.raw`$TOP = 'C:\path\to\unpacked\folder'`,
      `$KEY = '${key}'`,
    ],
    zipDigest: {
      title: "digest with Get-FileHash",
      lines: ["(Get-FileHash -Algorithm SHA256 -LiteralPath $ZIP).Hash.ToLower()"],
    },
    files: [
      {
        title: "files with Get-FileHash: prints nothing",
        lines: [
          `${list} | ForEach-Object { $sum = $_.Substring(0, 64); $path = Join-Path $TOP $_.Substring(66); ${changed} }`,
        ],
      },
      {
        title:
          "files that are not listed: prints nothing; $TOP is a full path without a backslash at its end",
        lines: [listed, `${found} | Where-Object { $_ -notin $listed }`],
      },
    ],
    path: (folder, rest) => `"$${folder}\\${rest}"`,
    variable: (name) => `$${name}`,
    sshKeygen: (command, input) => `cmd /c "${`${command} < ${input}`.replaceAll('"', '""')}"`,
    openssl3: "openssl",
  };
}
