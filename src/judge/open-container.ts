import type { EntryReading } from "../formats/zip-entry-data.ts";
import type { FileInspection, LookInto } from "../io/inspect-file.ts";
import type { Container } from "../model/container.ts";
import type { ZipFacts } from "../model/release.ts";
import type { ContainerStage } from "./checks/container.ts";

/** A container that keeps the rules so far. The data of its entries is judged when it is read. */
export interface JudgedContainer extends Container {
  /** null for a directory, and for a zip that another tool made. */
  readonly zip: ZipFacts | null;
  /** Inspections that are worth asking for at a time. */
  readonly width: number;
  /** Hashes one entry of any size and looks into it; damaged data is a sighting. Throws Failure "input". */
  inspect(path: string, lookInto: LookInto): Promise<FileInspection>;
  /** The bytes of one entry in pieces, for writing; all of them are right only when the last one came without a Failure. */
  pieces(path: string): AsyncIterable<Uint8Array>;
  /** As `read`, but damaged data is a sighting (for ContainerStage) instead of Failure "refused". */
  tryRead(path: string): EntryReading;
  /** Throws Failure "input" when the subject has changed since it was opened. */
  assertUnchanged(): void;
}

export type OpenedContainer =
  | { readonly ok: true; readonly container: JudgedContainer; readonly stage: ContainerStage }
  | { readonly ok: false; readonly stage: ContainerStage };
