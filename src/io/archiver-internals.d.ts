/**
 * The members of archiver's own parts that the strict subclass leans on. Both packages are pinned to exact versions;
 * test/io/zip-archive.test.ts holds them to the bytes of the profile.
 */
declare module "compress-commons" {
  export class ZipArchiveEntry {
    constructor(name: string);
    getName(): string;
    getMethod(): number;
    setMethod(method: number): void;
    setCrc(crc32: number): void;
    setSize(sizeBytes: number): void;
    setCompressedSize(sizeBytes: number): void;
    setVersionNeededToExtract(version: number): void;
    getGeneralPurposeBit(): { useDataDescriptor(on: boolean): void; useUTF8ForNames(on: boolean): void };
  }
}

declare module "zip-stream" {
  import type { Transform } from "node:stream";
  import type { ZipArchiveEntry } from "compress-commons";

  export default class ZipStream extends Transform {
    constructor(options?: {
      readonly comment?: string;
      readonly forceLocalTime?: boolean;
      readonly forceZip64?: boolean;
    });
    protected readonly offset: number;
    protected _appendBuffer(
      entry: ZipArchiveEntry,
      source: Buffer,
      callback: (error: Error | null, entry?: ZipArchiveEntry) => void,
    ): void;
    protected _writeLocalFileHeader(entry: ZipArchiveEntry): void;
    protected _writeCentralFileHeader(entry: ZipArchiveEntry): void;
    protected _afterAppend(entry: ZipArchiveEntry): void;
  }
}
