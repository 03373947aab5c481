import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { readVulnerabilityDatabase } from "../../../src/flows/vulnerability-database.ts";
import { indexByModule, matchBinary } from "../../../src/judge/vulnerabilities/match.ts";
import { scratchFolder } from "../../support/scratch-folder.ts";

const folder = scratchFolder();
const snapshot = resolve(import.meta.dirname, "../../../../shared/data/go-vulndb-osv.tar.xz");

it("reads every record of the Go database, and finds what is known of an old standard library", async ({
  skip,
}) => {
  if (!existsSync(snapshot)) skip("the vulnerability snapshot is not beside the repository");
  execFileSync("tar", ["xJf", snapshot, "-C", folder]);
  const { vulnerabilities, unreadable } = await readVulnerabilityDatabase(folder, undefined);
  expect(unreadable).toEqual([]);
  expect(vulnerabilities.length).toBeGreaterThan(4000);
  const go = {
    goVersion: "go1.20.9",
    path: "example.com/app",
    main: { path: "example.com/app", version: "(devel)", sum: "" },
    modules: [],
    settings: new Map(),
  };
  const functions = new Map([["net/http", new Set(["http2serverConn.serve"])]]);
  const binary = { path: "bin/app", target: { os: "linux", arch: "amd64" }, go, functions };
  const matches = matchBinary(indexByModule(vulnerabilities), binary);
  expect(matches.find(({ id }) => id === "GO-2023-2102")).toMatchObject({
    aliases: expect.arrayContaining(["CVE-2023-39325"]) as unknown,
    reach: "symbol",
    fixed: "1.20.10",
    symbols: ["net/http.http2serverConn.serve"],
  });
  const fixed = matchBinary(indexByModule(vulnerabilities), {
    ...binary,
    go: { ...go, goVersion: "go1.20.10" },
  });
  expect(fixed.map(({ id }) => id)).not.toContain("GO-2023-2102");
});
