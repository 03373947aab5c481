// Packs a folder as `cavra release bundle` does after its checks: node scripts/bench/pack.ts DIR ZIP
import { packFolder } from "../../src/flows/bundle-package.ts";

const [folder = "", zip = ""] = process.argv.slice(2);
await packFolder(folder, zip, "deflate", Date.UTC(2026, 9, 1, 9) / 1000);
