import { golangPurl } from "../../../src/formats/purl.ts";
import { writeSpdx3 } from "../../../src/formats/spdx3.ts";
import type { SpdxRelationship } from "../../../src/model/documents.ts";
import { spdx3File } from "../../../src/model/layers.ts";
import {
  type Defect,
  withBrokenDocument,
  withDocument,
  withFileBytes,
  withoutListedFile,
} from "../alter-release.ts";
import { PRODUCT } from "../release-documents.ts";
import { sbomComponentDefects, withPackage } from "./sbom-components.ts";
import { SYS_MODULE } from "../release-binaries.ts";

const SPDX3 = spdx3File(PRODUCT);
const OTHER = "9".repeat(128);

function fileDefect(how: string, digests: { sha1?: string; sha256?: string; sha512?: string }): Defect {
  return {
    problem: "sbom.file-differs",
    how,
    alter: (stage) =>
      withDocument(stage, "sbom", ({ files }) => ({
        files: files.map((file) => (file.path === "LICENSE" ? { ...file, ...digests } : file)),
      })),
  };
}

export const sbomDefects: readonly Defect[] = [
  ...sbomComponentDefects,
  {
    problem: "sbom.unreadable",
    how: "the SBOM cannot be parsed",
    alter: (stage) => withBrokenDocument(stage, "sbom"),
  },
  {
    problem: "sbom.no-files",
    how: "the SBOM lists no file",
    alter: (stage) => withDocument(stage, "sbom", () => ({ files: [] })),
  },
  {
    problem: "sbom.file-missing",
    how: "a file is not listed",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ files, relationships }) => {
        const id = files.find(({ path }) => path === "LICENSE")?.id;
        return {
          files: files.filter(({ path }) => path !== "LICENSE"),
          relationships: relationships.filter(({ to }) => to !== id),
        };
      }),
  },
  {
    problem: "sbom.file-unknown",
    how: "a file is listed that is not there",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ files }) => ({
        files: files.flatMap((file) =>
          file.path === "LICENSE" ? [file, { ...file, path: "NOTICE" }] : [file],
        ),
      })),
  },
  {
    problem: "sbom.file-unknown",
    how: "the manifest, made after the SBOM, is listed",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ files }) => ({
        files: files.flatMap((file) =>
          file.path === "LICENSE" ? [file, { ...file, path: "release-evidence.json" }] : [file],
        ),
      })),
  },
  {
    problem: "sbom.file-repeated",
    how: "a file is listed twice",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ files }) => ({ files: [...files, ...files.slice(0, 1)] })),
  },
  fileDefect("the SHA-1 of a file is another", { sha1: OTHER.slice(0, 40) }),
  fileDefect("the SHA-256 of a file is another", { sha256: OTHER.slice(0, 64) }),
  fileDefect("the SHA-512 of a file is another", { sha512: OTHER }),
  {
    problem: "sbom.file-not-contained",
    how: "a file belongs to no package",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ files, relationships }) => {
        const id = files.find(({ path }) => path === "LICENSE")?.id;
        return { relationships: relationships.filter(({ to }) => to !== id) };
      }),
  },
  ...[
    ["a module", SYS_MODULE.path],
    ["the standard library", "stdlib"],
  ].map(([what = "", name = ""]): Defect => ({
    problem: "sbom.purl-differs",
    how: `the package URL of ${what} names another version`,
    alter: (stage) => withPackage(stage, name, ({ purl }) => ({ purl: `${purl}0` })),
  })),
  {
    problem: "sbom.package-missing",
    how: "nothing is described",
    alter: (stage) => withDocument(stage, "sbom", () => ({ describes: [] })),
  },
  {
    problem: "sbom.package-missing",
    how: "two packages are described",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ describes }) => ({ describes: [...describes, "SPDXRef-Stdlib"] })),
  },
  {
    problem: "sbom.package-differs",
    how: "the described package has another version",
    alter: (stage) => withPackage(stage, "acme-agent", () => ({ version: "1.2.2" })),
  },
  {
    problem: "sbom.package-differs",
    how: "the described package is another zip",
    alter: (stage) => withPackage(stage, "acme-agent", () => ({ fileName: "other.zip" })),
  },
  {
    problem: "sbom.verification-code-wrong",
    how: "the verification code is of other files",
    alter: (stage) => withPackage(stage, "acme-agent", () => ({ verificationCode: OTHER.slice(0, 40) })),
  },
  {
    problem: "sbom.created-differs",
    how: "the SBOM was created a second later",
    alter: (stage) => withDocument(stage, "sbom", () => ({ created: "2026-01-01T00:00:01Z" })),
  },
  {
    problem: "sbom.module-missing",
    how: "one binary does not link a module that it holds",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ relationships }) => {
        const link = relationships.find(
          ({ type, to }) => type === "STATIC_LINK" && to === "SPDXRef-Module-0",
        );
        const isOfLink = ({ from, to }: SpdxRelationship): boolean => from === link?.from && to === link.to;
        return { relationships: relationships.filter((relationship) => !isOfLink(relationship)) };
      }),
  },
  {
    problem: "sbom.module-unknown",
    how: "one binary links a module that it does not hold",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ packages, relationships }) => {
        const module = packages.find(({ name }) => name === SYS_MODULE.path);
        const link = relationships.find(({ type }) => type === "STATIC_LINK");
        if (module === undefined || link === undefined) return {};
        const name = "example.com/other";
        const other = { ...module, id: "SPDXRef-Other", name, purl: golangPurl(name, module.version) };
        return {
          packages: [...packages, other],
          relationships: [...relationships, { ...link, to: other.id }],
        };
      }),
  },
  {
    problem: "sbom.module-unknown",
    how: "a module has another version",
    alter: (stage) => withPackage(stage, SYS_MODULE.path, () => ({ version: "v0.31.0" })),
    besides: ["sbom.module-missing", "sbom.purl-differs"],
  },
  {
    problem: "sbom.module-differs",
    how: "a module has another sum",
    alter: (stage) => withPackage(stage, SYS_MODULE.path, () => ({ goSum: `h1:${"A".repeat(43)}=` })),
  },
  {
    problem: "sbom.toolchain-differs",
    how: "the standard library has another version",
    alter: (stage) =>
      withPackage(stage, "stdlib", () => ({ version: "go1.26.7", purl: "pkg:golang/stdlib@1.26.7" })),
  },
  {
    problem: "sbom.toolchain-differs",
    how: "the standard library is not linked",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ relationships }) => ({
        relationships: relationships.filter(({ to }) => to !== "SPDXRef-Stdlib"),
      })),
  },
  {
    problem: "sbom.spdx3-missing",
    how: "the SBOM is in SPDX 2.3 alone",
    alter: (stage) => withoutListedFile(stage, SPDX3),
  },
  {
    problem: "sbom.spdx3-differs",
    how: "the SBOM in SPDX 3 names another version of a module",
    alter: (stage) => {
      const { sbom } = stage.release.documents;
      if (!sbom.ok) throw new Error(sbom.reason);
      const packages = sbom.value.packages.map((item) =>
        item.name === SYS_MODULE.path ? { ...item, version: "v0.99.0" } : item,
      );
      return withFileBytes(stage, SPDX3, writeSpdx3({ ...sbom.value, packages }));
    },
  },
];
