import { ZIP_PROFILE } from "./release-statement.ts";

/**
 * Which zips are accepted. `cavra-zip/1`: what this tool writes (trust-spec section 7). `strict`: what other tools wrote,
 * if no two tools can read it differently (design section 7).
 */
export const ZIP_PROFILES = [ZIP_PROFILE, "strict"] as const;

export type ZipProfile = (typeof ZIP_PROFILES)[number];
