import type { TextRule } from "./template.ts";

/** The rules below stand with the same patterns in schemas/release-1.schema.json. */
export const ID: TextRule = {
  pattern: /^[a-z0-9][a-z0-9-]{0,62}$/,
  expected: "lowercase letters, digits and -, at most 63, not starting with -",
};

export const PLAIN_LINE: TextRule = {
  pattern: /^\S(?:.{0,198}\S)?$/,
  expected: "1 to 200 characters on one line",
};

/** A path in the source tree: relative, `/` between segments, no `.` and `..`; `.` alone is the root. */
export const SOURCE_PATH: TextRule = {
  pattern: /^(?:\.|(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$))(?!.*\/\/)(?!.*\/$)[^\\:*?"<>|]+)$/,
  expected: 'a relative path with "/", without "." and ".."',
};

/** A path from the folder of the config, which may lead out of it: keys do not lie in a checkout. */
export const KEY_FILE: TextRule = {
  pattern: /^(?:\.\.\/)*(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$))(?!.*\/\/)(?!.*\/$)[^\\:*?"<>|]+$/,
  expected: 'a relative path with "/", such as ../keys/legacy.pem',
};

/** Like SOURCE_PATH, with `*` in the file name only. */
export const FILE_SOURCE: TextRule = {
  pattern:
    /^(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$))(?!.*\/\/)(?!.*\/$)(?:[^\\:*?"<>|]+|(?:[^\\:*?"<>|]+\/)?\*\.[^\\:*?"<>|/]+)$/,
  expected: "a relative path, or folder/*.ext",
};

export const INPUT_GLOB: TextRule = {
  pattern: /^(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$))(?!.*\/\/)(?!.*\/$)[^\\:?"<>|]+$/,
  expected: "a relative path that may hold * and **",
};

/** A path in the package, with templates replaced; the plan checks the full name rules once every value is known. */
export const PACKAGE_PATH: TextRule = {
  pattern: /^(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$))(?!.*\/\/)(?!.*\/$)[A-Za-z0-9._+/-]+$/,
  expected: 'a relative path of letters, digits, "." "_" "+" "-" and "/"',
};

export const FILE_DESTINATION: TextRule = {
  pattern: /^(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$))(?!.*\/\/)[A-Za-z0-9._+/-]+$/,
  expected: 'a relative path of letters, digits, "." "_" "+" "-" and "/"; a final "/" names a folder',
};

export const FILE_NAME: TextRule = {
  pattern: /^(?![-.])[A-Za-z0-9._+-]+$/,
  expected: 'a file name of letters, digits, "." "_" "+" and "-"',
};

export const ZIP_NAME: TextRule = {
  pattern: /^(?![-.])[A-Za-z0-9._+-]+\.zip$/,
  expected: "a file name that ends with .zip",
};

export const HTTPS_URL: TextRule = {
  pattern: /^https:\/\/[A-Za-z0-9.-]+(?::[0-9]+)?(?:\/[A-Za-z0-9._~%+/-]*)?$/,
  expected: "an https URL without user, query or fragment",
};

/** Stands in brackets behind a name in the SBOM, so it holds none. */
export const CONTACT: TextRule = {
  pattern:
    /^(?:[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}|https:\/\/[A-Za-z0-9.-]+(?:\/[A-Za-z0-9._~%+/-]{0,80})?)$/,
  expected: "an e-mail address or an https URL",
};

export const GO_MODULE: TextRule = {
  pattern: /^[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*$/,
  expected: "the path of a Go module",
};

export const BUILDER_ID: TextRule = {
  pattern: /^[A-Za-z][A-Za-z0-9+.-]*:[^\s"<>\\^`{|}]{1,400}$/,
  expected: "a URI",
};

/** GOTOOLCHAIN exists since Go 1.21; anything less than an exact patch would be a moving input. */
export const GO_TOOLCHAIN: TextRule = {
  pattern: /^go1\.(?:2[1-9]|[3-9][0-9]|[1-9][0-9]{2})\.(?:0|[1-9][0-9]*)$/,
  expected: "an exact Go release from 1.21 on, such as go1.26.8",
};

export const GO_PACKAGE: TextRule = {
  pattern: /^\.(?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9._~+-]+)*$/,
  expected: 'a package of the module, such as "." or "./cmd/agent"',
};

export const GO_TAG: TextRule = {
  pattern: /^[A-Za-z0-9_.]+$/,
  expected: "a build tag of letters, digits, _ and .",
};

/** What would break a fixed rule of the recipe (empty build id, no C linker) is refused. */
export const GO_LDFLAG: TextRule = {
  pattern: /^-(?!.*-(?:buildid|linkmode|extld|extldflags|linkshared|installsuffix))[^\n]*$/,
  expected: "a linker flag that starts with - and sets no build id and no external linker",
};

export const ENV_NAME: TextRule = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  expected: "an environment variable name",
};
export const TOOL_NAME: TextRule = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._+-]*$/,
  expected: "a program name without folder",
};
export const TOOL_VERSION: TextRule = {
  pattern: /^[0-9A-Za-z][0-9A-Za-z.+_~-]*$/,
  expected: "an exact version",
};
export const DURATION: TextRule = {
  pattern: /^[1-9][0-9]{0,4}[smh]$/,
  expected: "a time such as 90s, 10m or 1h",
};
export const TARGET_ID: TextRule = {
  pattern: /^[a-z0-9]+\/[a-z0-9]+$/,
  expected: "os/arch, such as linux/amd64",
};
export const EXTENSION: TextRule = {
  pattern: /^(?:\.[A-Za-z0-9]{1,16})?$/,
  expected: "an extension such as .exe",
};
export const LINE: TextRule = {
  pattern: /^[a-z0-9][a-z0-9.-]{0,62}$/,
  expected: "lowercase letters, digits, . and -, such as main or v1",
};
export const VERSION_FROM: TextRule = {
  pattern: /^(?:tag|package-json|env:[A-Za-z_][A-Za-z0-9_]*)$/,
  expected: '"tag", "package-json" or "env:NAME"',
};
