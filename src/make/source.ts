import { Failure } from "../model/failure.ts";
import type { SourceConfig, VersionConfig } from "./config/release-config.ts";
import { matchVersion } from "./config/release-version.ts";
import { git, gitIfPresent, records, type GitContext } from "./git.ts";
import { repositoryUrl } from "./repository-url.ts";

/** What git says of the source tree. Paths are relative to the source root unless said otherwise. */
export interface SourceFacts {
  /** Absolute path of the source root. */
  readonly root: string;
  /** The source root relative to the root of the checkout, with `/`; `.` for the root itself. */
  readonly pathInCheckout: string;
  /** URL without credentials. */
  readonly repository: string;
  /** 40 or 64 lowercase hex. */
  readonly commit: string;
  readonly tree: string;
  /** The release tag at HEAD, else the branch, else `HEAD`. */
  readonly ref: string;
  /** Release tag at HEAD, without `refs/tags/`; null when there is none. */
  readonly tag: string | null;
  /** Seconds since 1970, by the config's `source.epoch`. */
  readonly epoch: number;
  /** Files that differ from the commit or are not in it, relative to the root of the checkout; bounded. */
  readonly dirtyFiles: readonly string[];
  readonly dirtyCount: number;
  /** Every file of the commit below the source root, with its git mode (`100644`, `100755`, `120000`). */
  readonly committedFiles: ReadonlyMap<string, string>;
}

/** What readSource needs of the release config. */
export interface SourceRequest {
  readonly source: SourceConfig;
  readonly version: VersionConfig;
  /** `product.repository` of the config. */
  readonly repository: string | null;
}

const MAX_NAMED_FILES = 100;

/**
 * Reads the facts and holds them against `source.require`. `context.folder` is the source root. Throws Failure "source"
 * when the tree is not what the config requires or git cannot say.
 */
export async function readSource(context: GitContext, request: SourceRequest): Promise<SourceFacts> {
  await demandCheckout(context);
  const commit = (await git(context, "rev-parse", "--verify", "HEAD^{commit}")).trim();
  const tree = (await git(context, "rev-parse", "--verify", "HEAD^{tree}")).trim();
  const prefix = (await git(context, "rev-parse", "--show-prefix")).trim();
  const tag = await releaseTag(context, request.version);
  const dirty = await dirtyFiles(context);
  const facts: SourceFacts = {
    root: context.folder,
    pathInCheckout: prefix === "" ? "." : prefix.replace(/\/$/, ""),
    repository: request.repository ?? (await originUrl(context)),
    commit,
    tree,
    ref: tag === null ? await branchRef(context) : `refs/tags/${tag}`,
    tag,
    epoch: await epochOf(context, request.source, tag),
    dirtyFiles: dirty.slice(0, MAX_NAMED_FILES),
    dirtyCount: dirty.length,
    committedFiles: await committedFiles(context),
  };
  demandRequired(facts, request);
  return facts;
}

async function demandCheckout(context: GitContext): Promise<void> {
  const inside = await gitIfPresent(context, "rev-parse", "--is-inside-work-tree");
  if (inside.ok && inside.stdout.trim() === "true") {
    const head = await gitIfPresent(context, "rev-parse", "--verify", "--quiet", "HEAD^{commit}");
    if (head.ok) return;
    throw new Failure("source", "the repository has no commit", { at: context.folder, hint: "git commit" });
  }
  const output = inside.stderr.trim();
  throw new Failure("source", "the source root is not in a git checkout", {
    at: context.folder,
    hint: "git init && git add -A && git commit",
    ...(output === "" ? {} : { output }),
  });
}

/** The one tag at HEAD that the version's pattern accepts; several would make the release ambiguous. */
async function releaseTag(context: GitContext, version: VersionConfig): Promise<string | null> {
  const tags = records(await git(context, "tag", "--points-at", "HEAD", "--sort=refname"), "\n");
  const matching =
    version.from === "tag" ? tags.filter((tag) => matchVersion(tag, version.pattern).ok) : tags;
  if (version.from === "tag" && matching.length > 1) {
    throw new Failure("source", "several tags at HEAD name a version", {
      at: matching.slice(0, 10).join(", "),
      hint: "delete all but one, or make version.pattern narrower",
    });
  }
  return matching[0] ?? null;
}

async function branchRef(context: GitContext): Promise<string> {
  const branch = await gitIfPresent(context, "symbolic-ref", "--quiet", "HEAD");
  return branch.ok ? branch.stdout.trim() : "HEAD";
}

async function originUrl(context: GitContext): Promise<string> {
  const origin = await gitIfPresent(context, "config", "--get", "remote.origin.url");
  const url = origin.ok ? repositoryUrl(origin.stdout.trim()) : undefined;
  if (url !== undefined) return url;
  throw new Failure("source", "the repository's URL is not known", {
    expected: "product.repository in the config, or a remote origin that is not a local path",
    hint: "add product: { repository: https://... } to the config",
  });
}

async function epochOf(context: GitContext, source: SourceConfig, tag: string | null): Promise<number> {
  if (source.epoch.from === "value") return source.epoch.value;
  if (source.epoch.from === "commit") {
    return Number((await git(context, "show", "--no-patch", "--format=%ct", "HEAD")).trim());
  }
  if (tag === null) {
    throw new Failure("source", "source.epoch is the tag's time, and no tag is at HEAD", {
      hint: "git tag -a vX.Y.Z",
    });
  }
  const time = (await git(context, "for-each-ref", "--format=%(taggerdate:unix)", `refs/tags/${tag}`)).trim();
  if (time !== "") return Number(time);
  throw new Failure("source", `the tag ${tag} has no time of its own`, {
    at: `refs/tags/${tag}`,
    expected: "an annotated tag",
    hint: "set source.epoch to commit, or tag with git tag -a",
  });
}

/** Changed, untracked and hidden files of the whole checkout: a build may read beyond the source root. */
async function dirtyFiles(context: GitContext): Promise<readonly string[]> {
  const status = await git(
    context,
    "status",
    "--porcelain=v1",
    "-z",
    "--untracked-files=all",
    "--ignore-submodules=none",
    "--no-renames",
  );
  const changed = records(status, "\0").map((record) => record.slice(3));
  // `git update-index --assume-unchanged` and `--skip-worktree` keep a change out of `git status`.
  const hidden = records(await git(context, "ls-files", "-v", "-z", "--full-name", ":/"), "\0")
    .filter((record) => /^(?:[a-z]|S) /.test(record))
    .map((record) => record.slice(2));
  return [...new Set([...changed, ...hidden])].toSorted();
}

async function committedFiles(context: GitContext): Promise<ReadonlyMap<string, string>> {
  const listing = records(await git(context, "ls-tree", "-r", "-z", "HEAD"), "\0");
  return new Map(
    listing.map((record) => {
      const tab = record.indexOf("\t");
      return [record.slice(tab + 1), record.slice(0, record.indexOf(" "))] as const;
    }),
  );
}

function demandRequired(facts: SourceFacts, { source, version }: SourceRequest): void {
  if (source.require.includes("clean") && facts.dirtyCount > 0) {
    const more =
      facts.dirtyCount > facts.dirtyFiles.length
        ? [`... and ${facts.dirtyCount - facts.dirtyFiles.length} more`]
        : [];
    throw new Failure("source", "the working tree is not clean", {
      at: facts.dirtyFiles[0] ?? facts.root,
      expected: `every file as in commit ${facts.commit}`,
      found: facts.dirtyCount === 1 ? "1 file that differs" : `${facts.dirtyCount} files that differ`,
      hint: dirtyHint(facts.dirtyFiles),
      output: [...facts.dirtyFiles, ...more].join("\n"),
    });
  }
  if (source.require.includes("tagged") && facts.tag === null) {
    throw new Failure("source", "no release tag is at HEAD", {
      at: facts.commit,
      expected: version.from === "tag" ? `a tag that matches ${version.pattern}` : "a tag",
      hint: "git tag -a vX.Y.Z -m vX.Y.Z",
    });
  }
}

/** Releases that were cut earlier are the commonest dirt: then one line in .gitignore is the way out. */
function dirtyHint(files: readonly string[]): string {
  const folders = new Set(files.map((file) => file.slice(0, file.indexOf("/") + 1)));
  const [folder = "", second] = folders;
  const isOneFolder = second === undefined && /^[A-Za-z0-9._-]+\/$/.test(folder);
  return isOneFolder && files.some((file) => file.endsWith("/release-evidence.json"))
    ? `keep earlier releases out of git: echo ${folder} >> .gitignore`
    : "git status";
}
