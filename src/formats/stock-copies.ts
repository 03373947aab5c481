/** Files of a signature set for people without cavra (trust-spec section 3): `zip.0123456789abcdef.sshsig`. */
export interface StockCopyName {
  readonly subject: "zip" | "checksums";
  /** The first 16 hex of a key id. */
  readonly shortKeyId: string;
  readonly form: StockForm;
}

/** SSHSIG; minisign; 64 raw bytes of Ed25519; DER of ECDSA P-256. */
export type StockForm = "sshsig" | "minisig" | "sig" | "p256.sig";

const NAME = /^(zip|checksums)\.([0-9a-f]{16})\.(sshsig|minisig|sig|p256\.sig)$/;

export function parseStockCopyName(file: string): StockCopyName | undefined {
  const [, subject, shortKeyId, form] = NAME.exec(file) ?? [];
  if (shortKeyId === undefined || (subject !== "zip" && subject !== "checksums")) return undefined;
  if (form === "sshsig" || form === "minisig" || form === "p256.sig") return { subject, shortKeyId, form };
  // Ed25519 needs its message in memory, so a zip has no raw copy with it.
  return form === "sig" && subject === "checksums" ? { subject, shortKeyId, form } : undefined;
}

export function stockCopyName({ subject, shortKeyId, form }: StockCopyName): string {
  return `${subject}.${shortKeyId}.${form}`;
}

/** The trusted comment of both minisign copies: what the file is, for the person who reads it. No time. */
export function stockComment(
  { product, version }: { readonly product: string; readonly version: string },
  sha256: string,
): string {
  return `product=${product} version=${version} sha256=${sha256}`;
}
