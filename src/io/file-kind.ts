import type { BigIntStats, Stats } from "node:fs";
import { Failure } from "../model/failure.ts";

type Facts = Pick<
  Stats | BigIntStats,
  "isSymbolicLink" | "isDirectory" | "isFIFO" | "isSocket" | "isBlockDevice" | "isCharacterDevice"
>;

/** What stands where a regular file should be, in words. */
export function irregularKind(facts: Facts): string {
  if (facts.isSymbolicLink()) return "a symbolic link";
  if (facts.isDirectory()) return "a folder";
  if (facts.isFIFO()) return "a named pipe";
  if (facts.isSocket()) return "a socket";
  return facts.isBlockDevice() || facts.isCharacterDevice() ? "a device" : "something else";
}

/** The Failure "input" of a path that must be a regular file and is something else. */
export function notRegular(path: string, facts: Facts): Failure {
  return new Failure("input", `${path} is ${irregularKind(facts)}, not a regular file`, { at: path });
}
