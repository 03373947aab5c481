import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readPublicKey } from "../../src/crypto/keys.ts";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { parseEnvelope, writeEnvelope } from "../../src/formats/dsse.ts";
import { TEST_VERIFIER_ID } from "../../src/model/verification-summary.ts";
import { table } from "./markdown.ts";
import {
  ALGORITHMS,
  makeScene,
  publicPath,
  SAMPLE_VERSION,
  type Algorithm,
  type Scene,
} from "./provenance-scene.ts";
import type { ProvenanceTool } from "./provenance-tools.ts";
import { runProgram } from "./run-program.ts";

interface Answer {
  readonly tool: string;
  readonly command: string;
  readonly verdict: string;
  /** undefined: nothing is demanded, the answer is for reading. */
  readonly isRight: boolean | undefined;
}

export interface ProvenanceTally {
  /** YYYY-MM-DD, UTC. */
  readonly date: string;
  readonly tools: readonly ProvenanceTool[];
  readonly answers: readonly Answer[];
  readonly defects: readonly string[];
}

export const PROVENANCE_HEADING = "## Provenance and statements";

/** Asks every tool that could be had about the provenance and the statements of a sample. */
export async function tallyProvenance(
  tools: readonly ProvenanceTool[],
  scratch: string,
  date: string,
): Promise<ProvenanceTally> {
  const scene = await makeScene(join(scratch, "provenance"));
  const pathOf = (name: string): string | undefined => tools.find((tool) => tool.name === name)?.path;
  const [slsaVerifier, cosign] = [pathOf("slsa-verifier"), pathOf("cosign")];
  const answers = [
    ...(slsaVerifier === undefined ? [] : await askSlsaVerifier(slsaVerifier, scene)),
    ...(cosign === undefined ? [] : await askCosign(cosign, scene)),
  ];
  const defects = answers.flatMap(({ tool, command, verdict, isRight }) =>
    isRight === false ? [`${tool}: ${command}: ${verdict}`] : [],
  );
  return { date, tools, answers, defects };
}

async function askSlsaVerifier(path: string, scene: Scene): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const algorithm of ALGORITHMS) answers.push(await askForSummary(path, scene, algorithm));
  const provenance = `${scene.zip}.sigs/provenance.dsse.json`;
  const source = ["--source-uri", "github.com/cavra-dev/cavra-runtime"];
  const builder = ["--builder-id", "https://cavra.dev/builders/local/v1"];
  const run = await runProgram(
    [path, "verify-artifact", scene.binary, "--provenance-path", provenance, ...source, ...builder],
    { cwd: scene.folder },
  );
  const isUnknown = /no verifier support the builder/.test(run?.stderr ?? "");
  return [
    ...answers,
    {
      tool: "slsa-verifier",
      command: "slsa-verifier verify-artifact BINARY --provenance-path provenance.dsse.json",
      verdict: isUnknown
        ? "not supported: it knows the builders of GitHub and Google Cloud Build alone, and takes no key"
        : `exit code ${run?.exitCode ?? "none"}`,
      isRight: undefined,
    },
  ];
}

/** One summary it must accept, and four questions that it must answer with no. */
async function askForSummary(path: string, scene: Scene, algorithm: Algorithm): Promise<Answer> {
  const { folder, zip } = scene;
  const attestation = join(folder, algorithm, "vsa.dsse.json");
  const right = {
    digest: `sha256:${sha256Hex(readFileSync(zip))}`,
    attestation,
    verifier: TEST_VERIFIER_ID,
    level: "SLSA_BUILD_LEVEL_1",
  };
  const key = readPublicKey(readFileSync(publicPath(folder, algorithm), "utf8"));
  if ("reason" in key) throw new Error(key.reason);
  const accepts = async (asked: typeof right): Promise<boolean> => {
    const argv = ["verify-vsa", "--subject-digest", asked.digest, "--attestation-path", asked.attestation];
    const expected = ["--verifier-id", asked.verifier, "--verified-level", asked.level];
    const resource = ["--resource-uri", `pkg:generic/cavra-runtime@${SAMPLE_VERSION}`];
    const signer = ["--public-key-path", publicPath(folder, algorithm), "--public-key-id", key.keyId];
    const run = await runProgram([path, ...argv, ...expected, ...resource, ...signer], { cwd: folder });
    return run?.exitCode === 0;
  };
  const wrong = [
    { ...right, digest: `sha256:${"0".repeat(64)}` },
    { ...right, level: "SLSA_BUILD_LEVEL_2" },
    { ...right, verifier: "https://example.com/verifier" },
    { ...right, attestation: spoiled(attestation) },
  ];
  const isAccepted = await accepts(right);
  const refusals = await Promise.all(wrong.map(async (asked) => !(await accepts(asked))));
  const refused = refusals.filter(Boolean).length;
  return {
    tool: "slsa-verifier",
    command: `slsa-verifier verify-vsa --attestation-path vsa.dsse.json (${algorithm})`,
    verdict: `${isAccepted ? "accepted" : "not accepted"}; refused ${refused} of ${wrong.length}: another digest, a higher level, another verifier, one other bit in the signature`,
    isRight: isAccepted && refused === wrong.length,
  };
}

/** A copy whose first signature has one other bit. */
function spoiled(path: string): string {
  const envelope = parseEnvelope(path, readFileSync(path));
  if (!envelope.ok) throw new Error(envelope.reason);
  const signatures = envelope.value.signatures.map(({ keyid, sig }) => {
    return { keyid, sig: sig.with(40, (sig[40] ?? 0) ^ 1) };
  });
  const copy = path.replace(/\.json$/, ".spoiled.json");
  writeFileSync(copy, writeEnvelope({ ...envelope.value, signatures }));
  return copy;
}

async function askCosign(path: string, scene: Scene): Promise<readonly Answer[]> {
  const { folder, zip, binary, holderKey } = scene;
  const inSet = (name: string): string => join(`${zip}.sigs`, name);
  const questions = [
    { file: inSet("provenance.dsse.json"), type: "slsaprovenance1", subject: binary, key: holderKey },
    {
      file: inSet("sbom.spdx.dsse.json"),
      type: "https://spdx.dev/Document/v2.3",
      subject: zip,
      key: holderKey,
    },
    {
      file: inSet("sbom.spdx3.dsse.json"),
      type: "https://spdx.dev/Document/v3",
      subject: binary,
      key: holderKey,
    },
    {
      file: inSet("release-attestation.dsse.json"),
      type: "https://in-toto.io/attestation/release/v0.1",
      subject: zip,
      key: holderKey,
    },
    ...ALGORITHMS.flatMap((algorithm) => [
      {
        file: join(folder, algorithm, "vsa.dsse.json"),
        type: "https://slsa.dev/verification_summary/v1",
        subject: zip,
        key: publicPath(folder, algorithm),
      },
      {
        file: join(folder, algorithm, "svr.dsse.json"),
        type: "https://in-toto.io/attestation/svr/v0.2",
        subject: zip,
        key: publicPath(folder, algorithm),
      },
    ]),
  ];
  const answers: Answer[] = [];
  for (const question of questions) answers.push(await askForStatement(path, scene, question));
  return answers;
}

interface Question {
  readonly file: string;
  readonly type: string;
  readonly subject: string;
  readonly key: string;
}

async function askForStatement(path: string, scene: Scene, right: Question): Promise<Answer> {
  const accepts = async ({ file, type, subject, key }: Question): Promise<boolean> => {
    const options = ["--key", key, "--signature", file, "--type", type, "--insecure-ignore-tlog"];
    const run = await runProgram([path, "verify-blob-attestation", ...options, subject], {
      cwd: scene.folder,
    });
    return run?.exitCode === 0;
  };
  const wrong = [
    { ...right, subject: scene.holderKey },
    { ...right, key: scene.strangerKey },
    { ...right, type: "custom" },
    { ...right, file: spoiled(right.file) },
  ];
  const isAccepted = await accepts(right);
  const refusals: boolean[] = [];
  for (const question of wrong) refusals.push(!(await accepts(question)));
  const refused = refusals.filter(Boolean).length;
  const signer = right.key.endsWith(".pub") ? ` (${basename(right.key, ".pub")})` : "";
  return {
    tool: "cosign",
    command: `cosign verify-blob-attestation --key KEY --signature ${basename(right.file)} --type ${right.type} ${right.subject === scene.zip ? "ZIP" : "BINARY"}${signer}`,
    verdict: `${isAccepted ? "accepted" : "not accepted"}; refused ${refused} of ${wrong.length}: another file, key, type, one other bit in the signatures`,
    isRight: isAccepted && refused === wrong.length,
  };
}

/** The section of docs/interop.md about provenance. */
export function provenanceSection({ date, tools, answers, defects }: ProvenanceTally): string {
  const versions = tools.map(({ name, version, path, reason }) => [
    name,
    version,
    path === undefined ? `not had: ${reason}` : "asked",
  ]);
  const rows = answers.map(({ tool, command, verdict }) => [tool, `\`${command}\``, verdict]);
  return `${PROVENANCE_HEADING}

Of the sample v${SAMPLE_VERSION} in \`dist-samples\`, signed once more with \`release sign --statements\` and verified with \`--attest\` under new keys, asked of tools in exactly these
versions, ${date} (\`npm run test:interop -- --only provenance\`): ${defects.length} answers that must not be.

${table(["tool", "version", ""], versions)}

${table(["tool", "command", "answer"], rows)}

What they do not support: slsa-verifier has no list of builders of one's own, so that of our provenance it reads nothing, and it finds a key by its id alone (\`--public-key-id\`,
which \`cavra keys public KEY --format id\` prints). cosign reads an envelope that is no Sigstore bundle by the flag \`--signature\`, which it calls deprecated, wants \`--insecure-ignore-tlog\` for a key
without a log, and compares one subject, signature and type. Neither of them looks at builder, commit, modules or binaries, nor counts holders. cosign's short name \`spdxjson\` means another type than
the versioned one of in-toto, which is given in full.`;
}
