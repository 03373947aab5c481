/** A Go program that npm packages carry ready-made, one package for each platform. */
export interface Tool {
  readonly product: string;
  readonly license: string;
  readonly repository: string;
  /** Oldest first; consecutive as published. */
  readonly versions: readonly string[];
  readonly platforms: readonly Platform[];
  /** Without an extension. */
  readonly programs: readonly string[];
}

export interface Platform {
  readonly target: string;
  readonly npmPackage: string;
  /** Where the programs lie in the npm package. */
  readonly folder: string;
}

export const TOOLS: readonly Tool[] = [
  {
    product: "esbuild",
    license: "MIT",
    repository: "https://github.com/evanw/esbuild",
    versions: ["0.27.5", "0.27.7", "0.28.0", "0.28.1", "0.28.2"],
    platforms: [
      { target: "linux/amd64", npmPackage: "@esbuild/linux-x64", folder: "bin" },
      { target: "linux/arm64", npmPackage: "@esbuild/linux-arm64", folder: "bin" },
      { target: "darwin/arm64", npmPackage: "@esbuild/darwin-arm64", folder: "bin" },
      { target: "windows/amd64", npmPackage: "@esbuild/win32-x64", folder: "." },
    ],
    programs: ["esbuild"],
  },
  {
    product: "buf",
    license: "Apache-2.0",
    repository: "https://github.com/bufbuild/buf",
    versions: ["1.70.0", "1.71.0", "1.72.0", "1.73.0", "1.74.0"],
    platforms: [
      { target: "linux/amd64", npmPackage: "@bufbuild/buf-linux-x64", folder: "bin" },
      { target: "darwin/arm64", npmPackage: "@bufbuild/buf-darwin-arm64", folder: "bin" },
      { target: "windows/amd64", npmPackage: "@bufbuild/buf-win32-x64", folder: "bin" },
    ],
    programs: ["buf", "protoc-gen-buf-breaking", "protoc-gen-buf-lint"],
  },
];

export function extensionOf({ target }: Platform): string {
  return target.startsWith("windows/") ? ".exe" : "";
}
