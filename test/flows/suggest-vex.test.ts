import { describe, expect, it } from "vitest";
import { suggestedVex } from "../../src/flows/suggest-vex.ts";
import { SMALL_TOOL } from "../support/small-release.ts";
import { withFacts } from "../support/alter-release.ts";
import { officialSchemaProblems } from "../support/official-schemas.ts";
import { VALID_STAGE } from "../support/release-fixture.ts";
import { openFault, TEST_DATABASE } from "../support/vulnerabilities.ts";

interface Statement {
  readonly status: string;
  readonly justification?: string;
  readonly action_statement?: string;
}

const LINUX = "bin/agent_linux_amd64";
const UNIX = "golang.org/x/sys/unix";

/** What is suggested for the Linux program, whose function table holds these. */
function suggested(functions: ReadonlyMap<string, ReadonlySet<string>> | undefined): Statement {
  const stage = functions === undefined ? VALID_STAGE : withFacts(VALID_STAGE, LINUX, () => ({ functions }));
  const database = { ...TEST_DATABASE, vulnerabilities: [openFault()] };
  const policy = { ...VALID_STAGE.policy, vulnerabilities: { database, maxAgeDays: 30 } };
  const bytes = suggestedVex(stage.release, policy, SMALL_TOOL);
  const document = JSON.parse(Buffer.from(bytes ?? []).toString("utf8")) as {
    statements: (Statement & { products: { "@id": string }[] })[];
  };
  expect(officialSchemaProblems("openvex-0.2.0.schema.json", document) ?? "").toBe("");
  const found = document.statements.find(({ products }) => products[0]?.["@id"].endsWith(LINUX));
  if (found === undefined) throw new Error("nothing is suggested for Linux");
  return found;
}

describe("the VEX that is suggested", () => {
  it("is not_affected where no package in question is linked", () => {
    const { status, justification } = suggested(new Map([["main", new Set(["main"])]]));
    expect([status, justification]).toEqual(["not_affected", "vulnerable_code_not_present"]);
  });

  it("is under_investigation where the package is linked without the function, or nothing can be listed", () => {
    expect(suggested(new Map([[UNIX, new Set(["Open"])]])).status).toBe("under_investigation");
    expect(suggested(undefined).status).toBe("under_investigation");
  });

  it("is affected where the function is linked, with what to do", () => {
    const { status, action_statement: action } = suggested(new Map([[UNIX, new Set(["Faccessat"])]]));
    expect([status, action]).toEqual([
      "affected",
      "Build the program with golang.org/x/sys 0.31.0 or later.",
    ]);
  });

  it("is none without a database, and none where no record is about the release", () => {
    const { vulnerabilities: _, ...without } = VALID_STAGE.policy;
    expect(suggestedVex(VALID_STAGE.release, without, SMALL_TOOL)).toBeUndefined();
    expect(suggestedVex(VALID_STAGE.release, VALID_STAGE.policy, SMALL_TOOL)).toBeUndefined();
  });
});
