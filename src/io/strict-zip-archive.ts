import { once } from "node:events";
import { ZipArchive } from "archiver";
import type { ZipArchiveEntry } from "compress-commons";
import ZipStream from "zip-stream";
import type { ZipRecord } from "../formats/zip-records.ts";
import { METHOD_DEFLATE, METHOD_STORE, NEED_DEFLATE, NEED_STORE } from "../formats/zip-records.ts";
import { Failure } from "../model/failure.ts";

/** Facts of an entry and its bytes as they go into the archive. */
export interface PreparedEntry extends Omit<ZipRecord, "dosTime"> {
  readonly data: Uint8Array;
}

type AppendCallback = (error: Error | null, entry?: ZipArchiveEntry) => void;

/** Writes entries whose data, sizes and CRC-32 are known, so that no record needs a data descriptor. */
class StrictZipStream extends ZipStream {
  readonly #prepared = new WeakMap<Buffer, PreparedEntry>();

  #fields: Buffer[] | undefined;

  /** Records are written field by field; gathered, each is one piece, which saves much time and memory on small files. */
  override write(chunk: Buffer | string): boolean {
    if (this.#fields === undefined) return super.write(chunk);
    this.#fields.push(Buffer.from(chunk));
    return true;
  }

  protected override _writeLocalFileHeader(entry: ZipArchiveEntry): void {
    this.#gather(() => super._writeLocalFileHeader(entry));
  }

  protected override _writeCentralFileHeader(entry: ZipArchiveEntry): void {
    this.#gather(() => super._writeCentralFileHeader(entry));
  }

  #gather(writeRecord: () => void): void {
    this.#fields = [];
    writeRecord();
    const record = Buffer.concat(this.#fields);
    this.#fields = undefined;
    this.write(record);
  }

  prepare(prepared: PreparedEntry): Buffer {
    const { buffer, byteOffset, byteLength } = prepared.data;
    const source = Buffer.from(buffer, byteOffset, byteLength);
    this.#prepared.set(source, prepared);
    return source;
  }

  protected override _appendBuffer(entry: ZipArchiveEntry, source: Buffer, callback: AppendCallback): void {
    const prepared = this.#prepared.get(source);
    // archiver rewrites names without a word; a name that it changed must not be written.
    if (prepared === undefined || entry.getName() !== prepared.name) {
      callback(new Failure("internal", "archiver changed an entry", { at: entry.getName() }));
      return;
    }
    const isDeflated = prepared.method === "deflate";
    entry.setMethod(isDeflated ? METHOD_DEFLATE : METHOD_STORE);
    entry.setVersionNeededToExtract(isDeflated ? NEED_DEFLATE : NEED_STORE);
    entry.getGeneralPurposeBit().useDataDescriptor(false);
    entry.setCrc(prepared.crc32);
    entry.setCompressedSize(prepared.compressedSizeBytes);
    entry.setSize(prepared.sizeBytes);
    this._writeLocalFileHeader(entry);
    const hasRoom = source.byteLength === 0 || this.write(source);
    this._afterAppend(entry);
    if (hasRoom) callback(null, entry);
    else this.once("drain", () => callback(null, entry));
  }
}

/** archiver with the one engine above; every warning is an error, every entry is complete before the next begins. */
export class StrictZipArchive extends ZipArchive {
  // archiver's module holds the stream that writes records; see archiver/lib/plugins/zip.js.
  declare private readonly _module: { engine: StrictZipStream };
  declare private readonly _modulePipe: () => void;
  declare private readonly _moduleUnpipe: () => void;
  readonly #engine: StrictZipStream;

  constructor() {
    const options = { comment: "", forceLocalTime: false, forceZip64: false };
    super(options);
    this.#engine = new StrictZipStream(options);
    this._moduleUnpipe();
    this._module.engine = this.#engine;
    this._modulePipe();
    this.on("warning", (warning) => this.destroy(warning));
  }

  /** Resolves when the entry has been handed on; rejects when the archive fails. Call it for one entry at a time. */
  async add(prepared: PreparedEntry, date: Date): Promise<void> {
    const written = once(this, "entry");
    this.append(this.#engine.prepare(prepared), { name: prepared.name, date, mode: prepared.mode });
    await written;
  }
}
