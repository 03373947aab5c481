import { writeFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { ATTACKS } from "./attacks.ts";

export interface RacerData {
  readonly path: string;
  readonly good: Uint8Array;
  readonly evil: Uint8Array;
  /** The longest pause between two attacks. */
  readonly pauseMs: number;
  /** Not 0 any more: stop. */
  readonly stop: Int32Array;
}

const { path, good, evil, pauseMs, stop } = workerData as RacerData;
let attacks = 0;
parentPort?.postMessage("ready");

/** Attack upon attack, each followed by the good bytes, with pauses from nothing to two whole verifications. */
while (Atomics.load(stop, 0) === 0) {
  const attack = ATTACKS[Math.floor(Math.random() * ATTACKS.length)];
  try {
    Atomics.wait(stop, 0, 0, Math.random() * pauseMs);
    attack?.run(path, evil);
    attacks += 1;
    Atomics.wait(stop, 0, 0, Math.random() * pauseMs * 0.1);
    if (Math.random() < 0.5) ATTACKS[0]?.run(path, good);
    else writeFileSync(path, good);
  } catch {
    // The file was in another state than this attack needs.
    ATTACKS[0]?.run(path, good);
  }
}
parentPort?.postMessage(attacks);
