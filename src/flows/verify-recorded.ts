import { writeFileAtomic } from "../io/files.ts";
import { stateAfter } from "../judge/recorded-state.ts";
import { Failure } from "../model/failure.ts";
import { readRecord, withRecordLocked, writeRecord, type ReadRecord } from "./trust-record.ts";
import { pinnedRootPath, readPin, type PinMemory } from "./trust-source.ts";
import {
  verifyRelease,
  type AfterPass,
  type Verification,
  type Verified,
  type VerifyRequest,
} from "./verify-release.ts";

/** Each turn that is lost means that another verification was recorded meanwhile. */
const MAX_TURNS = 1000;

/**
 * A verification whose PASS is remembered beside the pin (trust-spec section 5): the record is read first and written
 * last. The lock is held only from PASS to record; when another process recorded something in between, the release is
 * judged again, so that of two verifications each sees what the other has left.
 */
export async function verifyAndRecord(request: VerifyRequest, afterPass: AfterPass): Promise<Verification> {
  let current = request;
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const memory = current.trust?.memory;
    if (memory?.writes !== true) return await verifyRelease(current, afterPass);
    const { folder, product } = memory;
    let hasMoved = false;
    const verification = await verifyRelease(current, async (verified) => {
      await withRecordLocked(folder, product, async () => {
        const read = await readRecord(folder, product);
        hasMoved = read.digest !== memory.read.digest;
        if (hasMoved) return;
        await afterPass(verified);
        await remember(current, memory, read, verified);
      });
    });
    if (!hasMoved) return verification;
    current = { ...current, trust: await readPin(product, current.policy.now, { ...memory }) };
  }
  throw new Failure("output", "other verifications change the record of releases without end", {
    hint: "run it again when they are done, or read only with --no-record",
  });
}

/** The root first, then the record that names it. */
async function remember(
  { policy }: VerifyRequest,
  { folder, product }: PinMemory,
  { path, record }: ReadRecord,
  { judgement: { chain, signatures } }: Verified,
): Promise<void> {
  if (record.kind !== "kept" || chain === undefined || signatures?.statement.ok !== true) return;
  const { last, steps } = chain;
  const step = steps.at(-1);
  if (step !== undefined) {
    await writeFileAtomic(pinnedRootPath(folder, product, step.payloadSha256), step.envelope, {
      mode: 0o600,
    });
  }
  await writeRecord(path, stateAfter(record.state, last, signatures.statement.value.predicate, policy));
}
