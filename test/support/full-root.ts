import type { TrustRoot } from "../../src/model/trust-root.ts";
import { addKey } from "../../src/make/trust-draft.ts";
import { freshKey } from "./root-holders.ts";
import { testTrustRoot } from "./trust.ts";

/** A test root in which no list is empty, under which the releases of the tests still pass. */
export function fullRoot(): TrustRoot {
  const draft = testTrustRoot();
  const withWill = addKey(draft, freshKey().publicKey, "Will", "waiver", undefined);
  const withRia = addKey(withWill, freshKey().publicKey, "Ria", "rebuild", undefined);
  return {
    ...withRia,
    identities: [
      {
        id: "workflow",
        holder: "Build service",
        issuer: "https://issuer.example",
        san: "https://example.com/workflow.yml@refs/heads/main",
        sourceRepositoryId: "12345",
        sigstoreRootSha256: "c".repeat(64),
        requireTlog: true,
        requireTimestamp: true,
      },
    ],
    revoked: { members: ["workflow"], manifests: ["d".repeat(64)] },
    endorsed: [{ version: "0.0.9", statementSha256: "e".repeat(64) }],
  };
}
