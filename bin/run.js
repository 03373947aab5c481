#!/usr/bin/env node
// No static imports: on a Node that is too old nothing may be parsed before this test has spoken.
var version = process.versions.node.split(".").map(Number);
var major = version[0];
var isSupported =
  major >= 26 ||
  (major === 24 && version[1] >= 15) ||
  (major === 22 && (version[1] > 22 || (version[1] === 22 && version[2] >= 2)));

if (isSupported) {
  // NODE_PRESERVE_SYMLINKS_MAIN would make ../dist that of the folder in which a link to this file lies.
  var own = process.getBuiltinModule("node:fs").realpathSync(import.meta.filename);
  var dist = process.getBuiltinModule("node:path").join(own, "../../dist/");
  // Bytecode of earlier runs, in the folder of the code itself: whoever may write there could write the code as well.
  // Not with a umask that would let others write there too; Windows has none.
  if (process.platform === "win32" || (process.umask() & 18) === 18) {
    process.getBuiltinModule("node:module").enableCompileCache(dist + "bytecode");
  }
  var main = dist + (process.argv[2] === "--version" ? "bin/version.js" : "bin/main.js");
  import(process.getBuiltinModule("node:url").pathToFileURL(main).href).then(
    (bin) => bin.main(process.argv.slice(2)),
    (error) => {
      process.stderr.write(
        "error: cavra is not built or not whole: " + error.message + "\nhint: npm run build\n",
      );
      process.exitCode = 70;
    },
  );
} else {
  process.stderr.write(
    "error: cavra needs Node ^22.22.2, ^24.15.0 or >=26; this is Node " +
      process.versions.node +
      "; a clone brings its own: npm run -s cavra -- COMMAND\n",
  );
  process.exitCode = 2;
}
