/** The one function of the package that is used: 0 when it wrote `key`, -1 for lengths that it does not take. */
declare module "bcrypt-pbkdf" {
  export function pbkdf(
    passphrase: Uint8Array,
    passphraseBytes: number,
    salt: Uint8Array,
    saltBytes: number,
    key: Uint8Array,
    keyBytes: number,
    rounds: number,
  ): number;
}
