const [SEQUENCE, GENERALIZED_TIME] = [0x30, 0x18];
/** version, policy, messageImprint, serialNumber come first (RFC 3161, 2.4.2). */
const GEN_TIME_PLACE = 4;
const GEN_TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{0,8}[1-9]))?Z$/;

/**
 * The time in the DER of a TSTInfo, in milliseconds since 1970; undefined when it is not in the one form that RFC 3161
 * allows (UTC, seconds, a fraction without trailing zeros).
 */
export function timeOfTstInfo(der: Uint8Array): number | undefined {
  const whole = element(der, 0);
  if (whole?.tag !== SEQUENCE) return undefined;
  let field = element(der, whole.start);
  for (let place = 0; place < GEN_TIME_PLACE && field !== undefined; place += 1)
    field = element(der, field.end);
  return field?.tag === GENERALIZED_TIME
    ? generalizedTime(Buffer.from(der.subarray(field.start, field.end)).toString("latin1"))
    : undefined;
}

function generalizedTime(text: string): number | undefined {
  const [, year, month, day, hour, minute, second, fraction = ""] = GEN_TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const milliseconds = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, "0").slice(0, 3)}Z`,
  );
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** One element of DER (X.690, 8.1) with a length of at most two bytes; undefined when it does not fit. */
function element(der: Uint8Array, offset: number): Element | undefined {
  const [tag, first] = [der[offset], der[offset + 1]];
  if (tag === undefined || first === undefined) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  if (lengthBytes > 2) return undefined;
  const start = offset + 2 + lengthBytes;
  const length =
    lengthBytes === 0 ? first : der.subarray(offset + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  return start + length <= der.byteLength ? { tag, start, end: start + length } : undefined;
}
