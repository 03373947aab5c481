import type { PackageStage } from "../../../src/judge/stages.ts";
import type { ResolvedDependency } from "../../../src/model/documents.ts";
import { type Defect, withDocument } from "../alter-release.ts";
import { SYS_MODULE } from "../release-binaries.ts";

const OTHER = "9".repeat(64);

export function withDependency(
  stage: PackageStage,
  name: string,
  change: (item: ResolvedDependency) => readonly ResolvedDependency[],
): PackageStage {
  return withDocument(stage, "provenance", ({ dependencies }) => ({
    dependencies: dependencies.flatMap((item) => (item.name === name ? change(item) : [item])),
  }));
}

function withSourceTree(stage: PackageStage, gitTree: string | undefined): PackageStage {
  return withDependency(stage, "source", (item) => {
    const others = [...item.digest].filter(([name]) => name !== "gitTree");
    return [{ ...item, digest: new Map(gitTree === undefined ? others : [...others, ["gitTree", gitTree]]) }];
  });
}

/** What went into the build, told wrongly. */
export const provenanceInputDefects: readonly Defect[] = [
  {
    problem: "provenance.commit-differs",
    how: "the source is another commit",
    alter: (stage) =>
      withDependency(stage, "source", (item) => [
        { ...item, digest: new Map([...item.digest, ["gitCommit", "b".repeat(40)]]) },
      ]),
  },
  {
    problem: "provenance.commit-differs",
    how: "the source has no commit",
    alter: (stage) =>
      withDependency(stage, "source", (item) => [
        { ...item, digest: new Map([...item.digest].filter(([name]) => name !== "gitCommit")) },
      ]),
  },
  {
    problem: "provenance.commit-differs",
    how: "there is no source",
    alter: (stage) => withDependency(stage, "source", () => []),
  },
  {
    problem: "provenance.commit-differs",
    how: "a second source stands beside the right one",
    alter: (stage) =>
      withDependency(stage, "source", (item) => [
        item,
        { ...item, digest: new Map([...item.digest, ["gitCommit", "b".repeat(40)]]) },
      ]),
  },
  {
    problem: "provenance.tree-missing",
    how: "the source has no tree",
    alter: (stage) => withSourceTree(stage, undefined),
  },
  {
    problem: "provenance.tree-missing",
    how: "the tree is of another hash function than the commit",
    alter: (stage) => withSourceTree(stage, OTHER),
  },
  {
    problem: "provenance.no-dependencies",
    how: "nothing is said to have gone in",
    alter: (stage) => withDocument(stage, "provenance", () => ({ dependencies: [] })),
    besides: ["provenance.commit-differs", "provenance.source-differs"],
  },
  {
    problem: "provenance.toolchain-missing",
    how: "the toolchain is another version",
    alter: (stage) =>
      withDependency(stage, "toolchain", (item) => [{ ...item, uri: "pkg:generic/go@1.26.7" }]),
  },
  {
    problem: "provenance.toolchain-missing",
    how: "no toolchain is named",
    alter: (stage) => withDependency(stage, "toolchain", () => []),
  },
  {
    problem: "provenance.toolchain-unpinned",
    how: "the toolchain has no digest",
    alter: (stage) => withDependency(stage, "toolchain", (item) => [{ ...item, digest: new Map() }]),
  },
  {
    problem: "provenance.toolchain-unpinned",
    how: "the digest of the toolchain is no dirHash",
    alter: (stage) =>
      withDependency(stage, "toolchain", (item) => [{ ...item, digest: new Map([["sha256", OTHER]]) }]),
  },
  {
    problem: "provenance.toolchain-unpinned",
    how: "the dirHash of the toolchain is too long",
    alter: (stage) =>
      withDependency(stage, "toolchain", (item) => [
        { ...item, digest: new Map([["dirHash", `${OTHER}9`]]) },
      ]),
  },
  {
    problem: "provenance.toolchain-unpinned",
    how: "the toolchain is named a second time, without a digest",
    alter: (stage) =>
      withDependency(stage, "toolchain", (item) => [
        item,
        { ...item, uri: `${item.uri}&arch=amd64`, digest: new Map() },
      ]),
  },
  {
    problem: "provenance.module-missing",
    how: "a linked module is not named",
    alter: (stage) => withDependency(stage, SYS_MODULE.path, () => []),
  },
  {
    problem: "provenance.module-missing",
    how: "a linked module has a version that cannot be decoded",
    alter: (stage) =>
      withDependency(stage, SYS_MODULE.path, (item) => [
        { ...item, uri: `pkg:golang/${SYS_MODULE.path}@%FF%` },
      ]),
  },
  {
    problem: "provenance.module-differs",
    how: "a linked module has another hash",
    alter: (stage) =>
      withDependency(stage, SYS_MODULE.path, (item) => [{ ...item, digest: new Map([["dirHash", OTHER]]) }]),
  },
];
