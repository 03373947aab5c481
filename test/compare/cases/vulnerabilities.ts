import type { VulnerabilityMatch } from "../../../src/model/vulnerability.ts";
import { minorUpgrade, withTrust, type Upgrade } from "../../support/upgrade-pair.ts";
import { testMatch } from "../../support/vulnerabilities.ts";
import type { RuleCase } from "./rule-case.ts";

const known = (was: readonly VulnerabilityMatch[], now: readonly VulnerabilityMatch[]): Upgrade =>
  withTrust(minorUpgrade(), { vulnerabilities: was }, { vulnerabilities: now });

const HELPER = "bin/helper_linux_amd64";
const named = testMatch();
const nearby = testMatch({ reach: "package", symbols: [] });
const unlisted = testMatch({ reach: "unknown", packages: [], symbols: [] });
const absent = testMatch({ reach: "absent", packages: [], symbols: [] });

const introduced = "sbom.vulnerability-introduced";
const fixed = "sbom.vulnerability-fixed";

export const vulnerabilityCases: readonly RuleCase[] = [
  {
    rule: introduced,
    how: "a function of a record is new in a program",
    trip: () => known([], [named]),
    quietWhen: "it was in another program before",
    nearMiss: () => known([testMatch({ binary: HELPER })], [named]),
  },
  {
    rule: introduced,
    how: "a package of a record is new in a program",
    trip: () => known([], [nearby]),
    quietWhen: "only another package of the module is new",
    nearMiss: () => known([], [absent]),
  },
  {
    rule: introduced,
    how: "a function of a package that was there before",
    trip: () => known([nearby], [named]),
    quietWhen: "nobody can say which functions were there before",
    nearMiss: () => known([unlisted], [named]),
  },
  {
    rule: introduced,
    how: "a version that a record is about, in a program whose functions cannot be listed",
    trip: () => known([absent], [unlisted]),
    quietWhen: "its package was there before",
    nearMiss: () => known([nearby], [unlisted]),
  },
  {
    rule: introduced,
    how: "a second record beside one that was known before",
    trip: () => known([named], [named, testMatch({ id: "GO-2026-0002", reach: "package" })]),
    quietWhen: "the version before had no order, so that every record was about it",
    nearMiss: () => known([testMatch({ isVersionKnown: false, reach: "absent" })], [named]),
  },
  {
    rule: introduced,
    how: "a version with an order beside one without",
    trip: () => known([], [testMatch({ isVersionKnown: false }), testMatch({ binary: HELPER })]),
    quietWhen: "the version has no order, which verification warns of",
    nearMiss: () => known([], [testMatch({ isVersionKnown: false })]),
  },
  {
    rule: fixed,
    how: "a function of a record is gone",
    trip: () => known([named], []),
    quietWhen: "it is still in another program",
    nearMiss: () => known([named], [testMatch({ binary: HELPER })]),
  },
  {
    rule: fixed,
    how: "the package of a record is gone, though not its module",
    trip: () => known([nearby], [absent]),
    quietWhen: "nobody can say whether it is",
    nearMiss: () => known([nearby], [unlisted]),
  },
  {
    rule: fixed,
    how: "another version is linked, in which the record is fixed",
    trip: () => known([unlisted], []),
    quietWhen: "the package was not there before",
    nearMiss: () => known([absent], []),
  },
];
