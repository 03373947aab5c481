import type { CauseId } from "../../model/rebuild.ts";

/** What a cause is called, and how it goes away. No fix contains data of the package. */
export const CAUSE_WORDS: Readonly<Record<CauseId, { readonly title: string; readonly fix: string }>> = {
  "file-missing": {
    title: "the source gives a file that is not in the package",
    fix: "ship what the config says, or take the file out of the config",
  },
  "file-extra": {
    title: "the package holds a file that the source does not give",
    fix: "find out who put it there; nothing in the commit makes it",
  },
  mode: {
    title: "a file has other permissions",
    fix: "set the mode in the config (files[].mode), or commit it: git update-index --chmod=+x FILE",
  },
  "line-ends": {
    title: "the lines of a file end in another way",
    fix: "check out as committed: git config core.autocrlf false, or a .gitattributes with eol=lf",
  },
  "build-path": {
    title: "paths of the machine that built it are in the binary",
    fix: "build with -trimpath",
  },
  "vcs-stamp": {
    title: "facts of the checkout are stamped into the binary",
    fix: "build with -buildvcs=false",
  },
  "build-id": {
    title: "a build id is in the binary",
    fix: "link with -ldflags=-buildid= (and -B none for an external linker)",
  },
  toolchain: {
    title: "another toolchain built it",
    fix: "build with exactly the version that the config pins (builds[].go.toolchain)",
  },
  "toolchain-source": {
    title: "a Go of the same version and made of other source built it",
    fix: "build with the Go of go.dev/dl on both sides; distributors patch theirs",
  },
  symbols: {
    title: "symbol tables or debug information were left in, or taken out",
    fix: "give the same -s and -w to the linker, in the config and not by hand",
  },
  "build-settings": {
    title: "it was built with other settings",
    fix: "set them in the config, where everybody who builds gets them",
  },
  modules: {
    title: "other modules are linked into the binary",
    fix: "commit go.mod and go.sum, and build with -mod=readonly or -mod=vendor",
  },
  code: {
    title: "the program itself is another one",
    fix: "build from a clean checkout of exactly the commit; if it is, look for what changes from build to build (time, random names, order of maps)",
  },
  content: {
    title: "the bytes of a file are others",
    fix: "ship the file as it is in the commit",
  },
  config: {
    title: "the release was made with another config than the commit holds",
    fix: "commit the config, then cut the release; or name the one that was used: --config FILE",
  },
  maker: {
    title: "another version of cavra wrote the documents",
    fix: "rebuild with the version that the package names",
  },
  source: {
    title: "the package names another source",
    fix: "cut the release from the commit and tag that it names",
  },
  recipe: {
    title: "the recorded recipe is not the one that the config gives",
    fix: "cut the release with cavra from a clean checkout; a recipe is never edited by hand",
  },
  timestamp: {
    title: "a time is another one",
    fix: "take every time from SOURCE_DATE_EPOCH, never from the clock",
  },
  order: {
    title: "things stand in another order",
    fix: "sort by name, bytewise, never as a folder happens to list them",
  },
  compressor: {
    title: "the same bytes are compressed in another way",
    fix: "pack with cavra release bundle; other compressors, levels and versions give other bytes",
  },
  document: {
    title: "a document says something else",
    fix: "documents are written by cavra release build, and by nobody else",
  },
  "zip-method": {
    title: "an entry is stored in another way",
    fix: "set package format method (deflate or store) in the config",
  },
  "zip-header": {
    title: "a header of the zip is another one",
    fix: "pack with cavra release bundle; other archivers write other headers",
  },
};
