import { beforeAll, describe, expect, it } from "vitest";
import { openLocalPackage } from "../../../src/flows/local-package.ts";
import { parseSpdx2, writeSpdx2 } from "../../../src/formats/spdx2.ts";
import { writeSpdx3 } from "../../../src/formats/spdx3.ts";
import type { PackageStage } from "../../../src/judge/stages.ts";
import type { SpdxDocument } from "../../../src/model/documents.ts";
import { valueOf } from "../../../src/model/parsed.ts";
import { withFileBytes, withRelease } from "../../support/alter-release.ts";
import { testPolicy } from "../../support/policy.ts";
import { problemsOf } from "../../support/problems-of.ts";
import { Random } from "../../support/random.ts";
import { STABLE } from "../../support/samples.ts";
import { sbomLies } from "../../support/sbom-lies.ts";

/** What nothing in a package proves: whose it is, how to reach them, which licence they declare. */
const HONEST: Readonly<Record<string, (truth: SpdxDocument) => Partial<SpdxDocument>>> = {
  "another vendor, everywhere": ({ creators, packages }) => ({
    creators: ["Organization: Acme (https://acme.example)", ...creators.slice(1)],
    packages: packages.map((item) =>
      item.purpose === "SOURCE" || item.fileName !== ""
        ? { ...item, supplier: "Organization: Acme (https://acme.example)" }
        : item,
    ),
  }),
  "no vendor": ({ creators, packages }) => ({
    creators: creators.slice(1),
    packages: packages.map((item) =>
      item.purpose === "SOURCE" || item.fileName !== "" ? { ...item, supplier: "NOASSERTION" } : item,
    ),
  }),
  "no licence of any module": ({ packages }) => ({
    packages: packages.map((item) =>
      item.goSum === "" ? item : { ...item, licenseDeclared: "NOASSERTION", licenseConcluded: "NOASSERTION" },
    ),
  }),
  "another licence of the product": ({ packages }) => ({
    packages: packages.map((item) =>
      item.purpose === "SOURCE" || item.fileName !== ""
        ? { ...item, licenseDeclared: "MIT", licenseConcluded: "NOASSERTION" }
        : item,
    ),
  }),
  "a file that a command made from the source": ({ files, packages, relationships }) => ({
    relationships: [
      ...relationships,
      {
        from: files.find(({ path }) => path === "LICENSE")?.id ?? "",
        type: "GENERATED_FROM",
        to: packages.find(({ purpose }) => purpose === "SOURCE")?.id ?? "",
      },
    ],
  }),
};

function shuffled(truth: SpdxDocument, random: Random): SpdxDocument {
  const mixed = <T>(items: readonly T[]): readonly T[] =>
    items
      .map((item) => ({ item, at: random.next() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ item }) => item);
  const { packages, files, relationships } = truth;
  return { ...truth, packages: mixed(packages), files: mixed(files), relationships: mixed(relationships) };
}

function renamed(truth: SpdxDocument, random: Random): SpdxDocument {
  const names = new Map(
    [...truth.packages, ...truth.files].map(({ id }) => [id, `SPDXRef-${random.text("abcdefghij", 12)}`]),
  );
  const idOf = (id: string): string => names.get(id) ?? id;
  return {
    ...truth,
    describes: truth.describes.map(idOf),
    packages: truth.packages.map((item) => ({ ...item, id: idOf(item.id) })),
    files: truth.files.map((item) => ({ ...item, id: idOf(item.id) })),
    relationships: truth.relationships.map(({ from, type, to }) => ({
      from: idOf(from),
      type,
      to: idOf(to),
    })),
  };
}

const SEED = 20_261_121;
const MIN_LIES = 500;

let sample: PackageStage;
let truth: SpdxDocument;

beforeAll(async () => {
  const { release } = (await openLocalPackage(STABLE.zip)).inspection;
  const renderedEvidence = valueOf(release.evidenceMarkdown);
  sample = {
    policy: testPolicy(),
    statement: undefined,
    release,
    provenanceSignature: undefined,
    renderedEvidence,
  };
  const sbom = valueOf(release.documents.sbom);
  if (sbom === undefined) throw new Error("the sample has no SBOM");
  truth = sbom;
});

/** The sample with these SBOMs, as a signer would pass them on who believes them: every list above has their digests. */
function withSboms(spdx2: Uint8Array, spdx3: Uint8Array): PackageStage {
  const { at } = sample.release.documents.sbom;
  const path = at.replace(/\.spdx\.json$/, ".spdx3.json");
  const stage = withFileBytes(withFileBytes(sample, at, spdx2), path, spdx3);
  return withRelease(stage, { documents: { ...stage.release.documents, sbom: parseSpdx2(at, spdx2) } });
}

describe("the SBOM of a real package", () => {
  it("is found true as it is", () => {
    expect(problemsOf(withSboms(writeSpdx2(truth), writeSpdx3(truth)))).toEqual([]);
  });

  it("is never believed when it lies, and the lie is named", () => {
    const wrong: string[] = [];
    let count = 0;
    for (const { how, named, spdx2, spdx3 } of sbomLies(truth, new Random(SEED))) {
      count += 1;
      const found = problemsOf(withSboms(spdx2, spdx3));
      if (found.length === 0) wrong.push(`${how}: believed`);
      const others = found.filter((id) => !named.includes(id));
      if (others.length > 0) wrong.push(`${how}: ${others.join(", ")}`);
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThanOrEqual(MIN_LIES);
  }, 60_000);

  it.each(Object.entries(HONEST))("is believed where it is another way to say the truth: %s", (_, change) => {
    const changed = { ...truth, ...change(truth) };
    expect(writeSpdx2(changed)).not.toEqual(writeSpdx2(truth));
    expect(problemsOf(withSboms(writeSpdx2(changed), writeSpdx3(changed)))).toEqual([]);
  });

  it("is believed in whatever order and under whatever ids its elements stand", () => {
    const random = new Random(SEED);
    for (let count = 0; count < 100; count += 1) {
      const changed = renamed(shuffled(truth, random), random);
      expect(problemsOf(withSboms(writeSpdx2(changed), writeSpdx3(changed)))).toEqual([]);
    }
  });
});
