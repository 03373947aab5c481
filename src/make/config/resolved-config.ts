import type { JsonObject, JsonValue } from "../../formats/json.ts";
import { CONFIG_SCHEMA, type BuildConfig, type ReleaseConfig, type VersionConfig } from "./release-config.ts";

/**
 * The config as JSON in the shape of the file, with every default written out and nothing that is null. Its RFC 8785
 * form is what manifest and provenance record: two files that mean the same give the same bytes.
 */
export function resolvedConfig(config: ReleaseConfig): JsonValue {
  const { product, source, release, provenance, sbom, sign } = config;
  return {
    schema: CONFIG_SCHEMA,
    product: withoutNulls({ ...product }),
    version: versionSection(config.version),
    source: {
      root: source.root,
      require: source.require.toSorted(),
      epoch: source.epoch.from === "value" ? { value: source.epoch.value } : source.epoch.from,
    },
    targets: Object.fromEntries(
      config.targets.map(({ id, variant, ext }) => [id, withoutNulls({ variant: variant ?? null, ext })]),
    ),
    builds: config.builds.map(buildSection),
    files: config.files.map(({ from, to, mode }) =>
      withoutNulls({ from, to, mode: mode === null ? null : octal(mode) }),
    ),
    packages: [{ ...config.package, format: { ...config.package.format } }],
    provenance: withoutNulls({ ...provenance }),
    release: withoutNulls({ ...release }),
    sbom: withoutNulls({ ...sbom }),
    // Packages without it keep the digest that they have always recorded.
    ...(sign.legacy === null ? {} : { sign: { legacy: { ...sign.legacy } } }),
  };
}

function versionSection(version: VersionConfig): JsonObject {
  if (version.from === "value") return { value: version.value };
  const from = version.from === "env" ? `env:${version.variable}` : version.from;
  return { from, pattern: version.pattern };
}

function buildSection(build: BuildConfig): JsonObject {
  const { id, targets, output, installName } = build;
  const install = installName === null ? null : { name: installName };
  return withoutNulls({ id, targets, output, install, ...builderSection(build) });
}

function builderSection(build: BuildConfig): { readonly [member: string]: JsonValue } {
  if (build.kind === "go") {
    const { dir, package: packagePath, toolchain, tags, ldflags, mod, env } = build;
    return { go: { dir, package: packagePath, toolchain, tags, ldflags, mod, env } };
  }
  if (build.kind === "prebuilt") {
    const { path, expect, from } = build;
    return { prebuilt: withoutNulls({ path, expect, from }) };
  }
  const { argv, tools, env, timeoutMs, inputs } = build;
  return { command: { argv, tools, env, timeout: `${timeoutMs / 1000}s` }, inputs };
}

function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}

function withoutNulls(members: { readonly [member: string]: JsonValue }): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
