import { boolean, integer, option, string as text } from "@oclif/core/flags";
import type { OptionFlag } from "@oclif/core/interfaces";
import type { KeylessOptions } from "../src/flows/sign-keyless.ts";
import { PUBLIC_SERVICES } from "../src/make/keyless.ts";

const helpGroup = "KEYLESS";
const DEFAULT_TIMEOUT_SECONDS = 20;
const REKOR_APIS = ["1", "2"] as const;

function needed(helpValue: string, summary: string): OptionFlag<string | undefined> {
  return text({ summary, helpValue, helpGroup, dependsOn: ["keyless"] });
}

/** Flags of a signature without a key. */
export const keylessFlags = {
  // One that is not given must be undefined, so that the flags which need it notice.
  keyless: boolean({
    summary: "Sign as an identity of the trust root, with a certificate for some minutes instead of a key.",
    helpGroup,
    exclusive: ["key", "passphrase-file"],
  }),
  identity: needed("ID", "Which identity, where there are several."),
  "identity-token-file": needed("FILE", "The token; else SIGSTORE_ID_TOKEN, GitHub Actions, Buildkite."),
  "sigstore-root": needed("FILE", "The Sigstore root that the trust root names, unless it lies in .sigs."),
  "fulcio-url": text({
    summary: "Who certifies.",
    helpValue: "URL",
    helpGroup,
    default: PUBLIC_SERVICES.fulcio,
  }),
  "rekor-url": needed("URL", `The log; ${PUBLIC_SERVICES.rekor} where one is required and none named.`),
  "rekor-api": option({
    summary: "Version of the log's API; the second needs an authority for times.",
    options: REKOR_APIS,
    default: "1",
    helpGroup,
  })(),
  "tsa-url": needed(
    "URL",
    `The authority for times; ${PUBLIC_SERVICES.tsa} where one is needed and none named.`,
  ),
  timeout: integer({
    summary: "Seconds to wait for each answer; each request is tried four times.",
    default: DEFAULT_TIMEOUT_SECONDS,
    min: 1,
    max: 300,
    helpGroup,
  }),
};

type Given<Name extends string> = Readonly<Record<Name, string | undefined>>;
type KeylessFlags = Given<"identity" | "identity-token-file" | "sigstore-root" | "rekor-url" | "tsa-url"> &
  Readonly<Record<"fulcio-url" | "rekor-api", string>> & { readonly timeout: number };

/** What the flags say, as the flow takes it. */
export function keylessOptions(
  flags: KeylessFlags,
): Pick<KeylessOptions, "identity" | "tokenFile" | "sigstoreRoot" | "services"> {
  return {
    identity: flags.identity,
    tokenFile: flags["identity-token-file"],
    sigstoreRoot: flags["sigstore-root"],
    services: {
      fulcioUrl: flags["fulcio-url"],
      rekorUrl: flags["rekor-url"],
      rekorApi: flags["rekor-api"] === "2" ? 2 : 1,
      tsaUrl: flags["tsa-url"],
      timeoutSeconds: flags.timeout,
    },
  };
}
