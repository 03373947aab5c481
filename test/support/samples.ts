import { fileURLToPath } from "node:url";

/** The folder of the committed samples, with a separator at its end. */
export const SAMPLES: string = fileURLToPath(new URL("../../dist-samples/", import.meta.url));
export const SAMPLE_TRUST = `${SAMPLES}trust-root.json`;

export interface Sample {
  readonly version: string;
  readonly channel: string;
  /** Name of the package folder. */
  readonly top: string;
  readonly zipName: string;
  /** Absolute. */
  readonly zip: string;
}

export const STABLE: Sample = sample("0.1.0", "stable");
export const CANDIDATE: Sample = sample("0.2.0-rc.1", "rc");

function sample(version: string, channel: string): Sample {
  const zipName = `cavra-go-runtime-v${version}.zip`;
  return { version, channel, top: `go-runtime-v${version}`, zipName, zip: SAMPLES + zipName };
}
