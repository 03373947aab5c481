/**
 * Makes a scratch git repository of the product that cavra packages in its tests and its demo: two tagged
 * commits, v0.1.0 from `fixtures/cavra-runtime` and v0.2.0-rc.1 from the patch beside it.
 *
 *     node scripts/fixture-repository.ts DIR             make it, and check the commit ids
 *     node scripts/fixture-repository.ts DIR --record    make it, and record the ids after a change of the fixture
 *
 * Releases are compared byte for byte between machines, and a release names its commit. So the commits hold
 * nothing of the machine: the trees are written straight into git's index, all files with mode 100644, without
 * a look at modes, umask, line ending settings or the user's git configuration.
 */
import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

type Tag = "v0.1.0" | "v0.2.0-rc.1";
type Commits = Record<Tag, string>;

export interface FixtureRepository {
  readonly directory: string;
  readonly commits: Commits;
}

interface Release {
  readonly tag: Tag;
  readonly date: string;
  readonly message: string;
}

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
const sourceFolder = path.join(fixtures, "cavra-runtime");
const patchFile = path.join(fixtures, "cavra-runtime-v0.2.0-rc.1.patch");
const commitsFile = path.join(fixtures, "cavra-runtime.commits.json");

const person = { name: "CAVRA Fixtures", email: "fixtures@cavra.example" };
const first: Release = { tag: "v0.1.0", date: "2026-10-01T09:00:00Z", message: "Release v0.1.0" };
const second: Release = { tag: "v0.2.0-rc.1", date: "2026-11-02T09:00:00Z", message: "Release v0.2.0-rc.1" };

/** Settings that stay in the repository, so that later commands in it do not depend on the user's either. */
const localSettings = {
  "core.autocrlf": "false",
  "core.fileMode": "false",
  "commit.gpgSign": "false",
  "tag.gpgSign": "false",
  "gc.auto": "0",
  "user.name": person.name,
  "user.email": person.email,
};

/**
 * Makes the repository in `directory`, which must be empty or not exist, and leaves v0.2.0-rc.1 checked out.
 * Throws if a commit id is not the recorded one; the repository then stays, to be looked at.
 */
export async function makeFixtureRepository(directory: string): Promise<FixtureRepository> {
  const repository = await buildRepository(directory);
  checkCommits(repository.commits, await recordedCommits());
  return repository;
}

async function buildRepository(directory: string): Promise<FixtureRepository> {
  const root = path.resolve(directory);
  await mkdir(root, { recursive: true });
  if ((await readdir(root)).length > 0) throw new Error(`${root} is not empty`);
  await git(root, ["init", "--quiet", "--template=", "--object-format=sha1", "--initial-branch=main"]);
  for (const [name, value] of Object.entries(localSettings)) await git(root, ["config", name, value]);
  await indexSource(root);
  const firstCommit = await release(root, first);
  await git(root, ["apply", "--cached", "--whitespace=nowarn", patchFile]);
  const secondCommit = await release(root, second, firstCommit);
  await git(root, ["reset", "--hard", "--quiet"]);
  return { directory: root, commits: { "v0.1.0": firstCommit, "v0.2.0-rc.1": secondCommit } };
}

/** Puts every file of the fixture into the index. */
async function indexSource(root: string): Promise<void> {
  const names = await sourceFiles();
  const files = names.map((name) => `${path.join(sourceFolder, name)}\n`).join("");
  const blobs = await git(root, ["hash-object", "-w", "--no-filters", "--stdin-paths"], { input: files });
  const ids = blobs.split("\n");
  const entries = names.map((name, i) => `100644 ${ids[i] ?? ""}\t${name.replaceAll(path.sep, "/")}\0`);
  await git(root, ["update-index", "--add", "-z", "--index-info"], { input: entries.join("") });
}

async function sourceFiles(): Promise<string[]> {
  const entries = await readdir(sourceFolder, { recursive: true, withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) names.push(path.relative(sourceFolder, file));
    else if (!entry.isDirectory()) throw new Error(`${file} is neither a file nor a folder`);
  }
  return names;
}

/** Commits the index, moves `main` to it and tags it. */
async function release(root: string, { tag, date, message }: Release, parent?: string): Promise<string> {
  const tree = await git(root, ["write-tree"]);
  const parents = parent === undefined ? [] : ["-p", parent];
  const commit = await git(root, ["commit-tree", tree, ...parents], { input: `${message}\n`, date });
  await git(root, ["update-ref", "refs/heads/main", commit]);
  await git(root, ["tag", "--annotate", "--message", message, tag, commit], { date });
  return commit;
}

/** Runs git with nothing of the caller's environment but where its programs and temporary files are. */
function git(root: string, args: string[], { input = "", date = first.date } = {}): Promise<string> {
  const env: NodeJS.ProcessEnv = {
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: person.name,
    GIT_AUTHOR_EMAIL: person.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: person.name,
    GIT_COMMITTER_EMAIL: person.email,
    GIT_COMMITTER_DATE: date,
    LC_ALL: "C",
    TZ: "UTC",
  };
  for (const name of ["PATH", "SystemRoot", "TMPDIR", "TEMP", "TMP"]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return new Promise((resolve, reject) => {
    const child = execFile("git", args, { cwd: root, env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trimEnd());
      else reject(new Error(`git ${args.join(" ")}: ${stderr.trim() || error.message}`, { cause: error }));
    });
    // A git that ends early closes its input; the exit status says why.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

async function recordedCommits(): Promise<Partial<Record<string, unknown>>> {
  const recorded: unknown = JSON.parse(await readFile(commitsFile, "utf8"));
  if (typeof recorded !== "object" || recorded === null) throw new Error(`${commitsFile} holds no object`);
  return { ...recorded };
}

function checkCommits(made: Commits, recorded: Partial<Record<string, unknown>>): void {
  for (const [tag, commit] of Object.entries(made)) {
    if (commit === recorded[tag]) continue;
    throw new Error(
      `the fixture repository is not the recorded one: ${tag} is commit ${commit}, ` +
        `and fixtures/cavra-runtime.commits.json says ${String(recorded[tag])}. ` +
        `Something in fixtures/cavra-runtime or its patch changed, perhaps a file that git ignores. ` +
        `If that is meant, run: node scripts/fixture-repository.ts DIR --record`,
    );
  }
}

async function main(args: string[]): Promise<void> {
  const [directory, flag, ...rest] = args;
  if (directory === undefined || (flag !== undefined && flag !== "--record") || rest.length > 0) {
    throw new Error("usage: node scripts/fixture-repository.ts DIR [--record]");
  }
  if (flag === undefined) {
    process.stdout.write(`${JSON.stringify(await makeFixtureRepository(directory), null, 2)}\n`);
    return;
  }
  const { commits } = await buildRepository(directory);
  await writeFile(commitsFile, `${JSON.stringify(commits, null, 2)}\n`);
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
