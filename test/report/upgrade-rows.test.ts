import { describe, expect, it } from "vitest";
import { upgradeRows } from "../../src/report/upgrade-rows.ts";
import { withBuildInfo } from "../support/alter-release.ts";
import { inCandidate, minorUpgrade, pairOf } from "../support/upgrade-pair.ts";

const LINUX = "bin/agent_linux_amd64";

function modulesRow(added: number) {
  const upgrade = inCandidate(minorUpgrade(), (stage) =>
    withBuildInfo(stage, LINUX, ({ modules }) => ({
      modules: [
        ...modules.map((module) =>
          module.path === "golang.org/x/sys" ? { ...module, version: "v0.29.0" } : module,
        ),
        ...Array.from({ length: added }, (_, index) => ({
          path: `example.com/m${index}`,
          version: "v1.0.0",
          sum: "",
        })),
      ],
    })),
  );
  return upgradeRows(pairOf(upgrade).diff, []).find(({ what }) => what === "modules")?.now ?? "";
}

describe("the table of an upgrade", () => {
  it("names a few changed modules, the older one first", () => {
    expect(modulesRow(2)).toBe(
      "4  golang.org/x/sys v0.30.0 -> v0.29.0 (older)  + example.com/m0 v1.0.0  + example.com/m1 v1.0.0",
    );
  });

  it("counts the rest of many", () => {
    const row = modulesRow(60);
    expect(row).toContain("62  golang.org/x/sys v0.30.0 -> v0.29.0 (older)");
    expect(row).toMatch(/\+ example\.com\/m4 v1\.0\.0 {2}and 55 more$/);
  });
});
