import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Plugin } from "@oclif/core/config";
import { ROOT } from "./root.ts";

/** Writes oclif.manifest.json, with which the CLI starts without loading every command. */
export async function writeManifest(): Promise<void> {
  const plugin = new Plugin({
    root: ROOT,
    type: "core",
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  const draft = join(ROOT, `oclif.manifest.json.${process.pid}`);
  writeFileSync(draft, `${JSON.stringify(plugin.manifest, null, 2)}\n`);
  renameSync(draft, join(ROOT, "oclif.manifest.json"));
}
