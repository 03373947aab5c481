// Writes the keys that tests and samples are signed with. They are derived from their names, so everyone has them:
// a trust root that lists them says `purpose: test`, and cavra never gives such a root a plain PASS.
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const names = ["root", "release-ada", "release-bo", "attacker"];
const folder = fileURLToPath(new URL("../fixtures/keys/", import.meta.url));

mkdirSync(folder, { recursive: true });
for (const name of names) {
  const seed = createHash("sha256").update(`cavra test key, never trust it: ${name}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  const notice = `TEST KEY "${name}". Everyone has it. Never trust it.\n`;
  writeFileSync(`${folder}${name}.pem`, notice + key.export({ format: "pem", type: "pkcs8" }).toString());
  writeFileSync(
    `${folder}${name}.pub.pem`,
    createPublicKey(key).export({ format: "pem", type: "spki" }).toString(),
  );
}
