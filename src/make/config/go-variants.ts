/** How Go names the micro-architecture of one GOARCH. */
export interface GoVariant {
  readonly variable: string;
  /** What the toolchain uses when the variable is unset; stated anyway, so that no host setting can change it. */
  readonly defaultValue: string;
  readonly allowed: RegExp;
  readonly expected: string;
}

const MIPS = {
  defaultValue: "hardfloat",
  allowed: /^(?:hard|soft)float$/,
  expected: "hardfloat or softfloat",
};
const POWER: GoVariant = {
  variable: "GOPPC64",
  defaultValue: "power8",
  allowed: /^power(?:8|9|10)$/,
  expected: "power8, power9 or power10",
};

/** `go help environment`, "Architecture-specific environment variables". */
const VARIANTS: ReadonlyMap<string, GoVariant> = new Map([
  ["amd64", { variable: "GOAMD64", defaultValue: "v1", allowed: /^v[1-4]$/, expected: "v1 to v4" }],
  [
    "arm64",
    {
      variable: "GOARM64",
      defaultValue: "v8.0",
      allowed: /^v(?:8\.[0-9]|9\.[0-5])(?:,lse)?(?:,crypto)?$/,
      expected: "v8.0 to v8.9 or v9.0 to v9.5, then optionally ,lse and ,crypto",
    },
  ],
  [
    "arm",
    {
      variable: "GOARM",
      defaultValue: "7",
      allowed: /^[567](?:,(?:soft|hard)float)?$/,
      expected: "5, 6 or 7, then optionally ,softfloat or ,hardfloat",
    },
  ],
  [
    "386",
    {
      variable: "GO386",
      defaultValue: "sse2",
      allowed: /^(?:sse2|softfloat)$/,
      expected: "sse2 or softfloat",
    },
  ],
  ["mips", { variable: "GOMIPS", ...MIPS }],
  ["mipsle", { variable: "GOMIPS", ...MIPS }],
  ["mips64", { variable: "GOMIPS64", ...MIPS }],
  ["mips64le", { variable: "GOMIPS64", ...MIPS }],
  ["ppc64", POWER],
  ["ppc64le", POWER],
  [
    "riscv64",
    {
      variable: "GORISCV64",
      defaultValue: "rva20u64",
      allowed: /^rva2[023]u64$/,
      expected: "rva20u64, rva22u64 or rva23u64",
    },
  ],
]);

/** undefined: this architecture has no variants. */
export function goVariantOf(arch: string): GoVariant | undefined {
  return VARIANTS.get(arch);
}

export const KNOWN_SYSTEMS: readonly string[] = [
  "aix",
  "android",
  "darwin",
  "dragonfly",
  "freebsd",
  "illumos",
  "ios",
  "js",
  "linux",
  "netbsd",
  "openbsd",
  "plan9",
  "solaris",
  "wasip1",
  "windows",
];

export const KNOWN_ARCHITECTURES: readonly string[] = [
  "386",
  "amd64",
  "arm",
  "arm64",
  "loong64",
  "mips",
  "mips64",
  "mips64le",
  "mipsle",
  "ppc64",
  "ppc64le",
  "riscv64",
  "s390x",
  "wasm",
];
