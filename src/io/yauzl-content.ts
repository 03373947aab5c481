import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { Entry, ZipFile } from "yauzl";
import type { ByteSource } from "../model/byte-source.ts";
import { openWithYauzl, reasonOf } from "./yauzl-listing.ts";

/** Files that yauzl has under way at a time: one by one, small ones take longer to wait for than to unpack. */
const FILES_AHEAD = 8;

/**
 * The SHA-256 of each file of a zip as yauzl unpacks it, in the order of the directory; instead of it, printable words
 * on why yauzl could not. Entries for folders are passed over. Memory does not grow with the files.
 * @throws Failure "input" when the source cannot be read.
 */
export async function* digestsByYauzl(source: ByteSource): AsyncGenerator<string> {
  const { zip, reader } = openWithYauzl(source);
  for await (const digest of digestsInOrder(zip)) {
    if (reader.failure !== undefined) throw reader.failure;
    yield digest;
  }
}

async function* digestsInOrder(zip: ZipFile): AsyncGenerator<string> {
  const ahead: Promise<string>[] = [];
  for (const entry of filesOf(zip)) {
    // A failure is a text here, so that none is left alone when nobody asks for it any more.
    ahead.push(digestOf(zip, entry).catch(reasonOf));
    const next = ahead.length < FILES_AHEAD ? undefined : ahead.shift();
    if (next !== undefined) yield await next;
  }
  yield* ahead;
}

/** Up to the first entry that yauzl does not deliver. The source answers at once, and so does each call. */
function* filesOf(zip: ZipFile): Generator<Entry> {
  const entries: Entry[] = [];
  zip.on("entry", (entry: Entry) => entries.push(entry));
  for (let count = 0; count < zip.entryCount; count += 1) {
    zip.readEntry();
    const entry = entries.pop();
    if (entry === undefined) return;
    if (!entry.fileName.endsWith("/")) yield entry;
  }
}

async function digestOf(zip: ZipFile, entry: Entry): Promise<string> {
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => {
      if (error === null) resolve(opened);
      else reject(error);
    });
  });
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}
