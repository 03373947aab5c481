import { describe, expect, it } from "vitest";
import {
  addSignature,
  parseEnvelope,
  preAuthenticationEncoding,
  writeEnvelope,
} from "../../src/formats/dsse.ts";
import { testEnvelope } from "../support/trust.ts";

const envelope = testEnvelope(Buffer.from("hello"), "text/plain", ["release-ada", "release-bo"]);
const good = Buffer.from(writeEnvelope(envelope)).toString("utf8");
const reasonOf = (json: string): string => {
  const document = parseEnvelope("e.json", Buffer.from(json));
  return document.ok ? "accepted" : document.reason;
};
type Wire = { payload: string; payloadType: string; signatures: { keyid: string; sig: string }[] };
const changed = (change: (wire: Wire) => unknown): string =>
  `${JSON.stringify(change(JSON.parse(good) as Wire))}\n`;

describe("DSSE envelopes", () => {
  it("encodes as the DSSE protocol says", () => {
    const pae = preAuthenticationEncoding("http://example.com/HelloWorld", Buffer.from("hello world"));
    expect(Buffer.from(pae).toString()).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  });

  it("round-trips byte for byte", () => {
    const document = parseEnvelope("e.json", Buffer.from(good));
    expect(document.ok && Buffer.from(writeEnvelope(document.value)).toString()).toBe(good);
  });

  it("replaces the signature of the same key and keeps the order", () => {
    const first = envelope.signatures[1];
    if (first === undefined) throw new Error("the envelope has two signatures");
    const again = addSignature(envelope, { keyid: first.keyid, sig: new Uint8Array(64) });
    expect(parseEnvelope("e", writeEnvelope(again)).ok).toBe(true);
    expect(again.signatures).toHaveLength(2);
  });

  it.each<[string, (wire: Wire) => unknown, RegExp]>([
    ["an unknown member", (wire) => ({ ...wire, extra: 1 }), /extra is not a known member/],
    [
      "a missing payload",
      ({ payloadType, signatures }) => ({ payloadType, signatures }),
      /payload is missing/,
    ],
    ["no signature", (wire) => ({ ...wire, signatures: [] }), /1 to 32 items/],
    [
      "33 signatures",
      (wire) => ({ ...wire, signatures: Array(33).fill(wire.signatures[0]) }),
      /1 to 32 items/,
    ],
    [
      "the same key twice",
      (wire) => ({ ...wire, signatures: [wire.signatures[0], wire.signatures[0]] }),
      /two signatures of one keyid/,
    ],
    ["unsorted keys", (wire) => ({ ...wire, signatures: wire.signatures.toReversed() }), /sorted by keyid/],
    ["url-safe base64", (wire) => ({ ...wire, payload: "-_8=" }), /canonical form/],
    ["unpadded base64", (wire) => ({ ...wire, payload: "aGVsbG8" }), /canonical form/],
    ["slack bits in base64", (wire) => ({ ...wire, payload: "aGVsbG9=" }), /canonical form/],
  ])("refuses %s", (_name, change, reason) => {
    expect(reasonOf(changed(change))).toMatch(reason);
  });

  it("refuses other layouts of the same JSON", () => {
    expect(reasonOf(good.trimEnd())).toBe("is not in canonical form");
    expect(reasonOf(JSON.stringify(JSON.parse(good), null, 1))).toBe("is not in canonical form");
  });
});
