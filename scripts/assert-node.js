// First in every npm script, and able to run on any Node: the package `node` among the development dependencies is the
// Node of this project, and `npm ci --ignore-scripts` leaves it silently missing.
import { readFileSync } from "node:fs";

var text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
var wanted = JSON.parse(text).devDependencies.node;
var found = process.versions.node;
if (found !== wanted) {
  process.stderr.write(
    "error: these scripts run on Node " +
      wanted +
      ", and this is Node " +
      found +
      "\nhint: npm ci (without --ignore-scripts)\n",
  );
  process.exit(2);
}
