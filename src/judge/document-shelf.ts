import { parseBootstrap } from "../formats/bootstrap.ts";
import { parseChecksums } from "../formats/checksums.ts";
import { parseGoModules } from "../formats/go-modules.ts";
import { parseInstallers } from "../formats/installers.ts";
import { parseManifest } from "../formats/manifest.ts";
import { parseReproducibility } from "../formats/reproducibility.ts";
import { parseProvenance } from "../formats/slsa.ts";
import { parseSpdx2 } from "../formats/spdx2.ts";
import { BOOTSTRAP_FILE, CHECKSUMS_FILE, GO_MODULES_FILE, MANIFEST_FILE } from "../model/layers.ts";
import { broken, type Parsed } from "../model/parsed.ts";
import type { ReleaseDocuments } from "../model/release.ts";

type Reader<T> = (at: string, bytes: Uint8Array, maxBytes: number) => Parsed<T>;

/** Documents of a package by path: their bytes, or the reason why these bytes may not be parsed. */
export class DocumentShelf {
  readonly #documents: ReadonlyMap<string, Parsed<Uint8Array>>;
  readonly #maxBytes: number;

  /** @param maxBytes Of one document, for its reader. */
  constructor(documents: ReadonlyMap<string, Parsed<Uint8Array>>, maxBytes: number) {
    this.#documents = documents;
    this.#maxBytes = maxBytes;
  }

  /** All documents of a package, each read or with the reason why not. */
  readAll(): ReleaseDocuments {
    return {
      checksums: this.read(CHECKSUMS_FILE, parseChecksums),
      manifest: this.read(MANIFEST_FILE, parseManifest),
      sbom: this.#readBySuffix(".sbom.spdx.json", parseSpdx2),
      provenance: this.#readBySuffix(".provenance.intoto.json", parseProvenance),
      installers: this.#readBySuffix(".installers.json", parseInstallers),
      reproducibility: this.#readBySuffix(".reproducibility.json", parseReproducibility),
      goModules: this.read(GO_MODULES_FILE, parseGoModules),
      bootstrap: this.read(BOOTSTRAP_FILE, parseBootstrap),
    };
  }

  read<T>(path: string, reader: Reader<T>): Parsed<T> {
    const document = this.#documents.get(path);
    if (document === undefined) return broken(path, "is missing");
    return document.ok ? reader(path, document.value, this.#maxBytes) : document;
  }

  /** Files named after the product: exactly one of each kind may exist. */
  #readBySuffix<T>(suffix: string, reader: Reader<T>): Parsed<T> {
    const [path, second] = [...this.#documents.keys()].filter((candidate) => candidate.endsWith(suffix));
    if (path === undefined) return broken(`<product>${suffix}`, "is missing");
    if (second !== undefined) return broken(second, `is a second file of the kind ${suffix}`);
    return this.read(path, reader);
  }
}
