import "../support/sweeps/ed25519-by-node.ts";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { loadTrustRoot } from "../../src/crypto/trust-root.ts";
import { writeTrustState } from "../../src/crypto/trust-state.ts";
import { canonicalJson, packagedJson } from "../../src/formats/canonical-json.ts";
import { parseEnvelope, writeEnvelope } from "../../src/formats/dsse.ts";
import type { JsonObject, JsonValue } from "../../src/formats/json.ts";
import { writeTrustRoot } from "../../src/formats/trust-root.ts";
import { readRecord } from "../../src/flows/trust-record.ts";
import type { Judgement } from "../../src/judge/judge-release.ts";
import { DEFAULT_REQUIRED, type Policy } from "../../src/model/policy.ts";
import { IN_TOTO_PAYLOAD_TYPE, TRUST_ROOT_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import type { TrustState } from "../../src/model/trust-state.ts";
import { testPolicy } from "../support/policy.ts";
import { fullRoot } from "../support/full-root.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { falseValues } from "../support/sweeps/false-values.ts";
import { MUTATIONS, mutationTable, type TableRow } from "../support/sweeps/mutation-table.ts";
import {
  judgeCase,
  sweepRelease,
  type SweepCase,
  type SweepRelease,
} from "../support/sweeps/sweep-release.ts";
import { TEST_NOW, testEnvelope } from "../support/trust.ts";
import { TEST_DATABASE } from "../support/vulnerabilities.ts";

// The table of the trust documents: each member, at every depth, in every way, each with its finding.
const folder = scratchFolder();
const STATEMENT = "release.dsse.json";
const RELEASERS = ["release-ada", "release-bo"] as const;

let release: SweepRelease;
beforeAll(async () => {
  release = await sweepRelease();
});

function outcomeOf({ verdict, run }: Judgement): string {
  return [verdict.word, ...new Set(run.findings.map(({ id }) => id))].join(" ");
}

async function judged(given: SweepCase): Promise<string> {
  return outcomeOf(await judgeCase(release, given));
}

/** Place, mutation and outcome of every row whose outcome is another. */
async function surprises(
  rows: readonly TableRow[],
  judge: (bytes: Uint8Array) => Promise<string>,
  expected: (row: TableRow) => string,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const row of rows) {
    const outcome = await judge(row.bytes);
    if (outcome !== expected(row)) found.push(`${row.place} ${row.mutation} ${row.how}: ${outcome}`);
  }
  return found;
}

/** A table that leaves a way out, or that an empty list has cut short, sweeps less than it says. */
function demandWhole(rows: readonly TableRow[], document: JsonValue): void {
  expect(new Set(rows.map(({ mutation }) => mutation))).toEqual(new Set(MUTATIONS));
  expect(emptyPlaces(document)).toEqual([]);
}

function emptyPlaces(value: JsonValue, at = ""): readonly string[] {
  if (value === null) return [at];
  if (typeof value !== "object") return [];
  const items = Object.entries(value);
  if (items.length === 0) return [at];
  return items.flatMap(([name, item]) => emptyPlaces(item, `${at}.${name}`));
}

function jsonOf(bytes: Uint8Array): JsonValue {
  return JSON.parse(Buffer.from(bytes).toString("utf8")) as JsonValue;
}

function signedRoot(payload: Uint8Array): Uint8Array {
  return writeEnvelope(testEnvelope(payload, TRUST_ROOT_PAYLOAD_TYPE, ["root"]));
}

async function under(envelope: Uint8Array): Promise<string> {
  return judged({ trust: loadTrustRoot("root.json", envelope, TEST_NOW) });
}

function statement(): JsonObject {
  const envelope = parseEnvelope(STATEMENT, release.signatures.get(STATEMENT) ?? new Uint8Array());
  if (!envelope.ok) throw new Error(envelope.reason);
  const { predicate, ...rest } = jsonOf(envelope.value.payload) as { predicate: JsonObject };
  const previous = { version: "0.0.9", manifestSha256: "f".repeat(64) };
  return { ...rest, predicate: { ...predicate, previous } };
}

async function withStatement(payload: Uint8Array): Promise<string> {
  const envelope = testEnvelope(payload, IN_TOTO_PAYLOAD_TYPE, RELEASERS);
  return judged({ signatures: new Map(release.signatures).set(STATEMENT, writeEnvelope(envelope)) });
}

function envelopeJson(value: JsonValue): Uint8Array {
  return Buffer.concat([canonicalJson(value), Buffer.from("\n")]);
}

function damaged(): string {
  return "UNKNOWN trust.record-damaged";
}

/** What whoever damages a record can do too: compute its digest anew. */
function restate(changed: JsonValue): JsonValue {
  const { sha256, ...content } = changed as JsonObject;
  return sha256 === undefined ? content : { ...content, sha256: sha256Hex(canonicalJson(content)) };
}

describe("a trust root", () => {
  const root = jsonOf(writeTrustRoot(fullRoot()));
  // Empty says: the certificate must name no repository.
  const noRepository = /^identities\[\d+\]\.sourceRepositoryId$/;
  const isMember = /^(?:keys|identities)\[\d+\]$|\.members\[\d+\]$/;

  it("that its own holders signed is refused by name with any member mutated", async () => {
    const rows = mutationTable(root, { encode: canonicalJson });
    demandWhole(rows, root);
    expect(await under(signedRoot(canonicalJson(root)))).toBe("PASS");
    expect(rows.length).toBeGreaterThan(1000);
    const found = await surprises(
      rows,
      async (payload) => under(signedRoot(payload)),
      ({ mutation, place, how }) => {
        if (noRepository.test(place) && how === "emptied") return "PASS";
        return mutation === "duplicated" && isMember.test(place) && !place.startsWith("revoked.")
          ? "UNKNOWN trust.key-repeated"
          : "UNKNOWN trust.invalid";
      },
    );
    expect(found).toEqual([]);
  });

  it("that says something else than its holders signed decides nothing", async () => {
    const envelope = parseEnvelope("root.json", signedRoot(canonicalJson(root)));
    if (!envelope.ok) throw new Error(envelope.reason);
    const outcomes = new Map<string, number>();
    for (const { value } of falseValues(root)) {
      const outcome = await under(writeEnvelope({ ...envelope.value, payload: canonicalJson(value) }));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // What is senseless besides is told first.
    expect(outcomes.get("UNKNOWN trust.signature-invalid")).toBeGreaterThan(80);
    expect([...outcomes.keys()].filter((outcome) => !/^UNKNOWN trust\.[a-z-]+$/.test(outcome))).toEqual([]);
  });
});

describe("a release statement that its holders signed", () => {
  /** Well formed all the same; that it says so is compared with the manifest, and this release has no previous one. */
  const OTHER_OUTCOMES: Readonly<Record<string, string>> = {
    "predicate.expires null": "FAIL manifest.statement-differs",
    "predicate.previous null": "PASS",
    // An envelope has at most 1 MiB.
    "subject endless": "FAIL release.envelope-malformed",
  };

  it("is refused by name with any member mutated", async () => {
    const rows = mutationTable(statement(), { encode: canonicalJson });
    demandWhole(rows, statement());
    expect(rows.length).toBeGreaterThan(300);
    const found = await surprises(
      rows,
      withStatement,
      ({ place, how }) => OTHER_OUTCOMES[`${place} ${how}`] ?? "FAIL release.statement-malformed",
    );
    expect(found).toEqual([]);
  });
});

describe("the envelope of a release", () => {
  /** A signer is somebody or nobody, a type ours or not, and a signature verifies or does not: none is a mistake of form. */
  const OWN_OUTCOMES: readonly (readonly [RegExp, string])[] = [
    [/^payload wrong value emptied/, "release.signature-invalid"],
    [/^payloadType wrong value/, "release.wrong-payload-type"],
    [/^signatures\[\d\] duplicated/, "release.signature-repeated"],
    [/^signatures\[0\]\.keyid wrong value/, "release.threshold-not-met"],
    [/^signatures\[1\]\.keyid wrong value (?!emptied)/, "release.threshold-not-met"],
    [/^signatures\[\d\]\.sig wrong value emptied/, "release.signature-invalid"],
  ];

  it("is refused by name with any member mutated", async () => {
    const envelope = jsonOf(release.signatures.get(STATEMENT) ?? new Uint8Array());
    const rows = mutationTable(envelope, { encode: envelopeJson });
    demandWhole(rows, envelope);
    expect(rows.length).toBeGreaterThan(80);
    const put = async (bytes: Uint8Array): Promise<string> =>
      judged({ signatures: new Map(release.signatures).set(STATEMENT, bytes) });
    const found = await surprises(rows, put, ({ place, mutation, how }) => {
      const own = OWN_OUTCOMES.find(([pattern]) => pattern.test(`${place} ${mutation} ${how}`));
      return `FAIL ${own?.[1] ?? "release.envelope-malformed"}`;
    });
    expect(found).toEqual([]);
  });
});

describe("the record beside a pin", () => {
  const PRODUCT = "cavra-runtime";
  const state: TrustState = {
    product: PRODUCT,
    rootVersion: 1,
    rootSha256: "a".repeat(64),
    latestTime: TEST_NOW,
    streams: new Map([
      [
        `${PRODUCT}/go-runtime/main/rc`,
        { counterEpoch: 0, counter: 7, version: "1.2.3", manifestSha256: "b".repeat(64) },
      ],
    ]),
  };
  const document = jsonOf(writeTrustState(state));
  const beside = async (bytes: Uint8Array): Promise<string> => {
    const home = mkdtempSync(join(folder, "home-"));
    writeFileSync(join(home, `${PRODUCT}.state.json`), bytes);
    return judged({ record: (await readRecord(home, PRODUCT)).record });
  };

  it("is refused by name with any member mutated, or with another value", async () => {
    const rows = mutationTable(document, { encode: packagedJson });
    demandWhole(rows, document);
    expect(rows.length).toBeGreaterThan(100);
    expect(await surprises(rows, beside, damaged)).toEqual([]);
    for (const { place, how, value } of falseValues(document))
      expect({ place, how, outcome: await beside(packagedJson(value)) }).toEqual({
        place,
        how,
        outcome: damaged(),
      });
  });

  it("is so too when whoever mutated it computed its digest anew", async () => {
    // The digest itself can then not be wrong, and a stream that is not there is none that was damaged.
    const rows = mutationTable(document, { encode: packagedJson, maps: /^streams$/, restate }).filter(
      ({ place, mutation }) => place !== "sha256" || mutation === "removed" || mutation === "duplicated",
    );
    expect(await surprises(rows, beside, damaged)).toEqual([]);
    expect(await beside(packagedJson(restate(document)))).not.toContain("record-damaged");
  });
});

describe("a policy", () => {
  const policy: Policy = testPolicy({
    minimumVersion: "0.1.0",
    previous: { version: "0.0.1", releaseCounter: 0, manifestSha256: "0".repeat(64) },
  });
  const OPTIONAL = ["minimumVersion", "previous", "vulnerabilities"];

  it("is refused by the name of its field with any member mutated", async () => {
    const rows = mutationTable(policy as unknown as JsonObject, { encode: canonicalJson }).filter(
      ({ place, mutation, how }) => {
        // Of values in memory there are no two under one name, and fields that hold any text, any number of them.
        if (mutation === "duplicated" || how === "in another form") return false;
        if (mutation === "removed" && OPTIONAL.includes(place)) return false;
        return mutation !== "wrong value" || !/^(?:line|channel|require.*)$/.test(place) || how === "emptied";
      },
    );
    expect(rows.length).toBeGreaterThan(200);
    for (const { mutation, place, how, bytes } of rows) {
      const { verdict } = await judgeCase(release, { policy: jsonOf(bytes) as unknown as Policy });
      const field = /^[a-zA-Z]*/.exec(place)?.[0] ?? "";
      const expected = `the policy of this verification is malformed: ${field === "" ? how : field}`;
      expect({ mutation, place, how, verdict: `${verdict.word} ${verdict.reason}` }).toEqual({
        mutation,
        place,
        how,
        verdict: `UNKNOWN ${expected}`,
      });
    }
  });

  it.each([
    ["vulnerabilities", { database: TEST_DATABASE, maxAgeDays: 30, unheardOf: 1 }],
    ["vulnerabilities", { database: TEST_DATABASE }],
    ["vulnerabilities", { maxAgeDays: 30 }],
    ["require", [...DEFAULT_REQUIRED, 7]],
  ])("is refused with %s of another form", async (field, value) => {
    const { verdict } = await judgeCase(release, { policy: { ...testPolicy(), [field]: value } });
    expect(verdict.reason).toBe(`the policy of this verification is malformed: ${field}`);
  });
});
