import type { ReleasePredicate, ReleaseStatement } from "../../src/model/release-statement.ts";
import { TEST_ISSUED } from "./trust.ts";

/** A release statement of cavra-runtime 0.1.0; `change` alters its predicate. */
export function testStatement(change: Partial<ReleasePredicate> = {}): ReleaseStatement {
  return {
    zip: { name: "cavra-go-runtime-v0.1.0.zip", digest: { sha256: "1".repeat(64), sha512: "1".repeat(128) } },
    checksums: {
      name: "go-runtime-v0.1.0/checksums.txt",
      digest: { sha256: "2".repeat(64), sha512: "2".repeat(128) },
    },
    predicate: {
      product: "cavra-runtime",
      package: "go-runtime",
      line: "main",
      channel: "stable",
      version: "0.1.0",
      releaseCounter: 5,
      previous: { version: "0.0.9", manifestSha256: "4".repeat(64) },
      manifestSha256: "3".repeat(64),
      zipProfile: "cavra-zip/1",
      zipSizeBytes: 1000,
      sourceDateEpoch: TEST_ISSUED + 86_400,
      expires: null,
      rootVersion: 1,
      ...change,
    },
  };
}
