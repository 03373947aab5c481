import { copyFileSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestKeyName } from "./trust.ts";

/** Copies a test key into a folder, with the permissions that cavra asks of a private key; returns its path. */
export function keyFile(folder: string, name: TestKeyName): string {
  const path = join(folder, `${name}.pem`);
  copyFileSync(fileURLToPath(new URL(`../../fixtures/keys/${name}.pem`, import.meta.url)), path);
  chmodSync(path, 0o600);
  return path;
}
