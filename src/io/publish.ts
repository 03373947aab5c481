import { lstat, rename } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Failure } from "../model/failure.ts";
import { syncFolder } from "./files.ts";
import { moveToFree } from "./move-to-free.ts";
import { outputFailure, systemErrorCode } from "./system-error.ts";

/** What to do with something finished before the folder that it lies in is removed. */
export type Finish = (move: Move) => Promise<void>;

export async function publishAlone(move: Move): Promise<void> {
  await publish([move]);
}

/** Makes something finished in a private folder and hands it over. */
export type Writer = (finish: Finish) => Promise<void>;

/** What all writers make appears, or nothing of it. Throws Failure "output", and what the writers throw. */
export async function publishTogether(
  [writer, ...others]: readonly Writer[],
  moves: readonly Move[] = [],
): Promise<void> {
  if (writer === undefined) await publish(moves);
  else await writer(async (move) => publishTogether(others, [...moves, move]));
}

/** Something finished, and the name that it gets; both on one file system. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/**
 * Makes finished files and folders appear under names that are free: all of them, or none when one cannot be moved or
 * the disk does not take it. Throws Failure "output".
 */
export async function publish(moves: readonly Move[]): Promise<void> {
  const done: Move[] = [];
  for (const move of moves) {
    try {
      await demandFree([move.to]);
      await moveOne(move);
      done.push(move);
      await syncFolder(dirname(move.to));
    } catch (error) {
      await takeBack(done);
      throw outputFailure(move.to, error);
    }
  }
}

/** A folder takes the place of nothing but an empty folder, so that a look before is enough; a file needs more. */
async function moveOne({ from, to }: Move): Promise<void> {
  if ((await lstat(from)).isDirectory()) await rename(from, to);
  else await moveToFree(from, to);
}

/** The first failure is what is told; what cannot be taken back is whole all the same. */
async function takeBack(done: readonly Move[]): Promise<void> {
  for (const { from, to } of done.toReversed()) await rename(to, from).catch(() => undefined);
}

/** Throws Failure "usage" when two of the things that a command writes would get one name; undefined: not asked for. */
export function demandOwnPlaces(paths: readonly (string | undefined)[]): void {
  const seen = new Set<string>();
  for (const path of paths.filter((given) => given !== undefined)) {
    const place = resolve(path);
    if (seen.has(place))
      throw new Failure("usage", `two results would be written to ${path}`, {
        at: path,
        hint: "give each of them a name of its own",
      });
    seen.add(place);
  }
}

/** Throws Failure "output" when one of the names is taken, also by a link that leads nowhere. */
export async function demandFree(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (await isFree(path)) continue;
    throw new Failure("output", `${path} exists already`, {
      at: path,
      hint: "nothing is ever replaced: choose another place, or remove the old one yourself",
    });
  }
}

async function isFree(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return false;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return true;
    throw outputFailure(path, error);
  }
}
