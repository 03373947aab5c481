/** `disputed`: one implementation accepts the signature and the other does not. It counts for nobody and is no accident. */
export type SignatureVerdict = "valid" | "invalid" | "disputed";

/** What two independent implementations amount to. One that throws has not accepted. */
export function agreedVerdict(first: () => boolean, second: () => boolean): SignatureVerdict {
  const [one, other] = [accepts(first), accepts(second)];
  if (one !== other) return "disputed";
  return one ? "valid" : "invalid";
}

function accepts(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}
