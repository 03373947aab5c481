import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadedBy, NETWORK_MODULE, readSources, ROOT, type SourceFacts } from "./support/source-graph.ts";

const ROOMS = ["model", "formats", "crypto", "io", "make", "judge", "compare", "report", "flows"] as const;
type Room = (typeof ROOMS)[number];
/** make and judge stand on one step: neither may see the other. */
const STEP: Readonly<Record<Room, number>> = {
  model: 0,
  formats: 1,
  crypto: 2,
  io: 3,
  make: 4,
  judge: 4,
  compare: 5,
  report: 6,
  flows: 7,
};
const PURE = [
  "src/model/",
  "src/formats/",
  "src/crypto/",
  "src/compare/",
  "src/report/",
  "src/judge/checks/",
];
/** Computation, not the world. */
const PURE_MODULES = new Set([
  "node:crypto",
  "node:zlib",
  "node:util",
  "node:buffer",
  "semver/functions/compare.js",
  "semver/functions/parse.js",
  "@noble/ciphers/salsa.js",
  "@noble/curves/nist.js",
  "@noble/ed25519",
  "@noble/hashes/blake2.js",
  "@sigstore/bundle",
  "@sigstore/protobuf-specs",
  "@sigstore/verify",
  "bcrypt-pbkdf",
  "uqr",
  "yaml",
]);
const IMPURE_USES = [
  "Date.now",
  "new Date()",
  "Math.random",
  "process",
  "console",
  "fetch",
  "performance",
  "setTimeout",
  "setInterval",
  "setImmediate",
];
const RANDOM_NAMES = /^(?:random|generateKey|getRandomValues)/;
const sources = readSources(["src", "commands", "bin"]);
const own = [...sources.values()];
const inSrc = own.filter(({ path }) => path.startsWith("src/"));

function roomOf(path: string): Room | undefined {
  return ROOMS.find((room) => path.startsWith(`src/${room}/`));
}

function isPure(path: string): boolean {
  return PURE.some((folder) => path.startsWith(folder));
}

function violations(
  files: readonly SourceFacts[],
  find: (file: SourceFacts) => readonly string[],
): readonly string[] {
  return files.flatMap((file) => find(file).map((what) => `${file.path}: ${what}`));
}

describe("the house", () => {
  it("was seen: every room, the commands and bin have files", () => {
    for (const room of ROOMS)
      expect(
        inSrc.some(({ path }) => roomOf(path) === room),
        room,
      ).toBe(true);
    expect(own.some(({ path }) => path.startsWith("commands/"))).toBe(true);
    expect(own.some(({ path }) => path === "bin/main.ts")).toBe(true);
    expect(own.length).toBeGreaterThan(100);
    expect(own.flatMap(({ imports }) => imports).length).toBeGreaterThan(300);
  });

  it("has no file outside of its rooms", () => {
    expect(inSrc.filter(({ path }) => roomOf(path) === undefined)).toEqual([]);
  });

  it("finds every file that an import names", () => {
    const missing = violations(own, ({ imports }) =>
      imports
        .map(({ target }) => target)
        .filter(
          (target) =>
            /^(?:src|commands|bin)\//.test(target) && !sources.has(target) && !existsSync(join(ROOT, target)),
        ),
    );
    expect(missing).toEqual([]);
  });

  it("is built in one direction; make and judge do not see each other", () => {
    const against = violations(inSrc, ({ path, imports }) => {
      const room = roomOf(path);
      if (room === undefined) return [];
      return imports
        .map(({ target }) => target)
        .filter((target) => {
          if (/^(?:commands|bin|scripts|test)\//.test(target)) return true;
          const other = roomOf(target);
          return other !== undefined && other !== room && STEP[other] >= STEP[room];
        });
    });
    expect(against).toEqual([]);
  });

  it("knows oclif only in commands and bin", () => {
    const outside = own.filter(({ path }) => path.startsWith("src/"));
    expect(
      violations(outside, ({ imports }) =>
        imports.map(({ target }) => target).filter((target) => target.startsWith("@oclif")),
      ),
    ).toEqual([]);
  });

  it("keeps the commands thin: no command imports bin, crypto, formats, compare or judge", () => {
    const commands = own.filter(({ path }) => path.startsWith("commands/"));
    const reached = violations(commands, ({ imports }) =>
      imports
        .map(({ target }) => target)
        .filter((target) => /^(?:bin|src\/(?:crypto|formats|judge|compare))\//.test(target)),
    );
    expect(reached).toEqual([]);
  });
});

describe("the pure rooms", () => {
  const pure = own.filter(({ path }) => isPure(path));

  it("use no clock, no chance, no environment, no timer and no network", () => {
    expect(violations(pure, ({ uses }) => IMPURE_USES.filter((use) => uses.has(use)))).toEqual([]);
  });

  it("draw no random numbers; the one that makes keys is named", () => {
    const drawn = violations(pure, ({ imports }) =>
      imports.flatMap(({ names }) => names.filter((name) => RANDOM_NAMES.test(name))),
    );
    expect(drawn).toEqual(["src/crypto/keys.ts: generateKeyPairSync"]);
  });

  it("load nothing but themselves and computation, at any distance", () => {
    const { files, modules } = loadedBy(
      pure.map(({ path }) => path),
      sources,
    );
    const impureFiles = [...files].filter((path) => path.startsWith("src/io/"));
    expect(impureFiles).toEqual([]);
    expect([...modules].filter((name) => !PURE_MODULES.has(name))).toEqual([]);
  });
});

describe("the world", () => {
  it("is touched in io only: environment, clock, chance, files, processes", () => {
    const outside = inSrc.filter(({ path }) => !path.startsWith("src/io/"));
    const uses = ["process.env", "Date.now", "new Date()", "Math.random", "fetch"];
    expect(violations(outside, (file) => uses.filter((use) => file.uses.has(use)))).toEqual([]);
    const modules = /^(?:node:)?(?:fs|fs\/promises|child_process|worker_threads)$/;
    expect(
      violations(outside, ({ imports }) =>
        imports
          .filter(({ typeOnly, target }) => !typeOnly && modules.test(target))
          .map(({ target }) => target),
      ),
    ).toEqual([]);
  });

  it("is spoken to by one printer, and asked by one prompt", () => {
    const printers = new Set(["src/io/terminal.ts", "src/io/prompt.ts", "bin/process-guard.ts"]);
    const others = own.filter(({ path }) => !printers.has(path));
    expect(
      violations(others, ({ uses }) =>
        ["console", "process.stdout", "process.stderr"].filter((use) => uses.has(use)),
      ),
    ).toEqual([]);
  });

  it("is left in bin only", () => {
    const others = own.filter(({ path }) => !path.startsWith("bin/"));
    expect(violations(others, ({ uses }) => (uses.has("process.exit") ? ["process.exit"] : []))).toEqual([]);
  });

  it("bin/run.js imports nothing before it has looked at Node's version", () => {
    const text = readFileSync(join(ROOT, "bin/run.js"), "utf8");
    expect(text).not.toMatch(/^\s*import\s[^(]/m);
    expect(text).not.toContain("require(");
    expect(text.indexOf("process.versions.node")).toBeLessThan(text.indexOf("import("));
  });
});

describe("the network wall", () => {
  const verifiers = [...sources.keys()].filter((path) => /^src\/flows\/verify-[^/]+\.ts$/.test(path));
  const { files, modules } = loadedBy(verifiers, sources);
  const packages = [...modules].filter((name) => !name.startsWith("node:"));

  it("stands around something", () => {
    expect(verifiers.length).toBeGreaterThan(1);
    expect([...files]).toContain("src/judge/judge-release.ts");
    expect(packages).toContain("semver/functions/parse.js");
  });

  it("lets no network module and no process through to the code that judges", () => {
    expect([...modules].filter((name) => NETWORK_MODULE.test(name))).toEqual([]);
    expect([...files].filter((path) => path === "src/io/process.ts")).toEqual([]);
    expect([...files].filter((path) => sources.get(path)?.uses.has("fetch"))).toEqual([]);
    expect([...modules].filter((name) => name.startsWith("a computed"))).toEqual([]);
  });

  it("holds in the packages that the judging code loads, and in theirs", () => {
    const seen = new Set<string>();
    const reaching: string[] = [];
    const queue = packages.map(packageName);
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const folder = join(ROOT, "node_modules", name);
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
        dependencies?: Record<string, string>;
      };
      queue.push(...Object.keys(manifest.dependencies ?? {}));
      for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!/\.[cm]?js$/.test(file) || /(?:^|[/\\])(?:test|bin)[/\\]/.test(file)) continue;
        const text = readFileSync(join(folder, file), "utf8");
        for (const [, module = ""] of text.matchAll(/(?:require\(|from\s*|import\()\s*["']([^"']+)["']/g)) {
          if (NETWORK_MODULE.test(module)) reaching.push(`${name}/${file}: ${module}`);
        }
      }
    }
    expect(seen.size).toBeGreaterThan(1);
    expect(reaching).toEqual([]);
  });

  it("is loaded with the packages of Sigstore at the start of the commands that always need them", () => {
    const commands = [...sources.keys()].filter((path) => path.startsWith("commands/"));
    const loading = commands.filter((path) =>
      [...loadedBy([path], sources, true).modules].some((name) => name.startsWith("@sigstore/")),
    );
    expect(loading.toSorted()).toEqual([
      "commands/trust/add-identity.ts",
      "commands/trust/sigstore/export.ts",
      "commands/verify-bundle.ts",
    ]);
  });

  it("has the package of Sigstore that speaks to a network behind it, for those who sign alone", () => {
    const speaking = own.filter(({ imports }) =>
      imports.some(({ typeOnly, target }) => !typeOnly && target === "@sigstore/sign"),
    );
    expect(speaking.map(({ path }) => path)).toEqual(["src/io/sigstore-client.ts"]);
    const commands = [...sources.keys()].filter((path) => path.startsWith("commands/"));
    const reaching = commands.filter((path) => loadedBy([path], sources).modules.has("@sigstore/sign"));
    expect(reaching).toEqual(["commands/release/sign.ts"]);
  });

  it("has one named exception in the process: oclif loads child_process", () => {
    const loaded = loadedBy(["bin/main.ts"], sources);
    const direct = [...loaded.files].filter((path) =>
      sources.get(path)?.imports.some(({ typeOnly, target }) => !typeOnly && NETWORK_MODULE.test(target)),
    );
    expect(direct).toEqual([]);
    const oclif = readFileSync(join(ROOT, "node_modules/@oclif/core/lib/config/config.js"), "utf8");
    expect(oclif).not.toMatch(/require\("(?:node:)?(?:http|https|net|tls|dns)"\)/);
  });
});

function packageName(specifier: string): string {
  const [first = "", second] = specifier.split("/");
  return first.startsWith("@") && second !== undefined ? `${first}/${second}` : first;
}
