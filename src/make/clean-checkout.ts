import { resolve } from "node:path";
import { makeFolder } from "../io/make-folder.ts";
import { Failure } from "../model/failure.ts";
import type { ManifestSource } from "../model/manifest.ts";
import { git, gitIfPresent, records, type GitContext } from "./git.ts";

/** What a release names as its source. */
export type NamedSource = Pick<ManifestSource, "commit" | "ref">;

export interface CleanCheckout {
  /** The folder in the clone that corresponds to the one that was named. */
  readonly folder: string;
  /** First line of the commit's message. */
  readonly subject: string;
  /** The root of the checkout that the commit came from. */
  readonly origin: string;
}

/**
 * Clones one commit out of a checkout, with its history and the tags of others, so that only git objects get over:
 * no changed file, no ignored file, no hook. Every object is hashed again on the way. Throws Failure "source" when the
 * checkout does not have the commit, or has it on no branch or tag: what somebody pushed for review is not run.
 * @param context Its folder lies in the checkout.
 */
export async function cloneCommit(
  context: GitContext,
  { commit, ref }: NamedSource,
  destination: string,
): Promise<CleanCheckout> {
  const inside = await gitIfPresent(context, "rev-parse", "--show-toplevel");
  if (!inside.ok) throw noCheckout(context);
  const origin = inside.stdout.trimEnd();
  const prefix = (await git(context, "rev-parse", "--show-prefix")).trimEnd();
  await demandReachable(context, commit);
  await demandTag(context, commit, ref);
  await makeFolder(destination);
  const clone = { ...context, folder: destination };
  const format = commit.length === 64 ? "sha256" : "sha1";
  await git(clone, "init", "--quiet", "--template=", `--object-format=${format}`);
  await git(clone, "config", "core.autocrlf", "false");
  await bringOver(clone, origin, commit);
  await checkOut(clone, { commit, ref });
  const subject = (await git(clone, "show", "--no-patch", "--format=%s", "HEAD")).trimEnd();
  return { folder: resolve(destination, prefix), subject, origin };
}

function noCheckout({ folder }: GitContext): Failure {
  return new Failure("source", "there is no git checkout here to rebuild from", {
    at: folder,
    hint: "clone the repository of the release, and name it: --source DIR",
  });
}

async function demandReachable(context: GitContext, commit: string): Promise<void> {
  const known = await gitIfPresent(context, "cat-file", "-e", `${commit}^{commit}`);
  if (!known.ok) {
    throw new Failure("source", "the checkout does not have the commit that the release names", {
      at: context.folder,
      expected: `commit ${commit}`,
      hint: "git fetch --all --tags, or name another checkout: --source DIR",
    });
  }
  const head = await gitIfPresent(context, "merge-base", "--is-ancestor", commit, "HEAD");
  if (head.ok) return;
  const places = ["refs/heads", "refs/remotes", "refs/tags"];
  const named = await git(context, "for-each-ref", "--count=1", `--contains=${commit}`, ...places);
  if (named.trim() !== "") return;
  throw new Failure("source", "the commit that the release names is on no branch or tag of the checkout", {
    at: context.folder,
    expected: "a commit that somebody merged or tagged",
    found: commit,
    hint: "look at it before you run it; git branch NAME COMMIT makes it one of yours",
  });
}

const TAG = /^refs\/tags\/[A-Za-z0-9_][A-Za-z0-9_./+-]*$/;
const BRANCH = /^refs\/heads\/([A-Za-z0-9_][A-Za-z0-9_./+-]*)$/;

async function demandTag(context: GitContext, commit: string, ref: string): Promise<void> {
  if (!TAG.test(ref)) return;
  const found = await gitIfPresent(context, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (found.ok && found.stdout.trim() === commit) return;
  throw new Failure("source", "the tag of the release is not at its commit in the checkout", {
    at: ref,
    expected: commit,
    found: found.ok ? found.stdout.trim() : "no such tag",
    hint: "git fetch --tags; a tag that was moved means that two releases share a name",
  });
}

/** Any commit may be asked for, also one that only a tag or a remote branch holds, and also from a shallow clone. */
async function bringOver(clone: GitContext, origin: string, commit: string): Promise<void> {
  const serve = "--upload-pack=git -c uploadpack.allowAnySHA1InWant=true upload-pack";
  const wanted = [`${commit}:refs/cavra/commit`, "refs/tags/*:refs/tags/*"];
  await git(
    clone,
    "fetch",
    "--quiet",
    "--update-shallow",
    "--no-write-fetch-head",
    serve,
    "--",
    origin,
    ...wanted,
  );
}

/** HEAD as it was: on the recorded branch or tag; another tag at the commit would be taken for the release's. */
async function checkOut(clone: GitContext, { commit, ref }: NamedSource): Promise<void> {
  const tags = records(await git(clone, "tag", "--points-at", commit), "\n");
  const others = tags.filter((tag) => `refs/tags/${tag}` !== ref);
  if (others.length > 0) await git(clone, "tag", "--delete", "--", ...others);
  const branch = BRANCH.exec(ref)?.[1];
  const isName = branch !== undefined && (await gitIfPresent(clone, "check-ref-format", ref)).ok;
  const place = isName ? ["-B", branch, commit] : ["--detach", commit];
  await git(clone, "checkout", "--quiet", ...place);
}
