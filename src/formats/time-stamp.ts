import { derElement } from "./der.ts";

const [SEQUENCE, GENERALIZED_TIME] = [0x30, 0x18];
/** version, policy, messageImprint, serialNumber come first (RFC 3161, 2.4.2). */
const GEN_TIME_PLACE = 4;
const GEN_TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{0,8}[1-9]))?Z$/;

/**
 * The time in the DER of a TSTInfo, in milliseconds since 1970; undefined when it is not in the one form that RFC 3161
 * allows (UTC, seconds, a fraction without trailing zeros).
 */
export function timeOfTstInfo(der: Uint8Array): number | undefined {
  const whole = derElement(der, 0);
  if (whole?.tag !== SEQUENCE) return undefined;
  let field = derElement(der, whole.start);
  for (let place = 0; place < GEN_TIME_PLACE && field !== undefined; place += 1)
    field = derElement(der, field.end);
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
