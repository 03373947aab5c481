import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { dirHash, dirHashOfSum } from "../../src/formats/dir-hash.ts";
import { hashFiles } from "../../src/io/hash-files.ts";

const MODULE = "github.com/inconshreveable/mousetrap@v1.1.0";
const MODULE_SUM = "h1:wN+x4NVGpMsO7ErUn/mUI3vEoE6Jt13X2s0bqwp9tc8=";

const file = (path: string, content: string) => ({ path, sha256: sha256Hex(Buffer.from(content)) });

describe("dirHash", () => {
  it("is the digest of the list that sha256sum prints", () => {
    const [abc, xyz] = [file("abc", "data for abc"), file("xyz", "data for xyz")];
    const list = `${abc.sha256}  abc\n${xyz.sha256}  xyz\n`;
    expect(dirHash([xyz, abc])).toBe(sha256Hex(Buffer.from(list)));
    expect(dirHash([])).toBe(sha256Hex(new Uint8Array()));
  });

  it("orders names by their bytes, whatever the order of the files", () => {
    const names = ["a", "B", "a.go", "a/b", "é", "\u{1F600}", "\uFF21"];
    const files = names.map((name) => file(name, name));
    const bytewise = ["B", "a", "a.go", "a/b", "é", "\uFF21", "\u{1F600}"].map((name) => file(name, name));
    const expected = sha256Hex(
      Buffer.from(bytewise.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join("")),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (shuffled) => {
        expect(dirHash(shuffled)).toBe(expected);
      }),
      { numRuns: 50 },
    );
  });

  it("has no value for a name that would end its line", () => {
    expect(dirHash([file("a\nb", "")])).toBeUndefined();
  });

  it("is the h1 of go.sum for a module that Go unpacked", ({ skip }) => {
    const { stdout } = spawnSync("go", ["env", "GOMODCACHE"], { encoding: "utf8" });
    const cache = (stdout ?? "").trim();
    if (cache === "" || !existsSync(join(cache, MODULE))) skip(`${MODULE} is not in the module cache`);
    expect(dirHash(hashFiles(cache, [MODULE], () => true))).toBe(dirHashOfSum(MODULE_SUM));
  });
});

describe("dirHashOfSum", () => {
  it("is the sum in hexadecimal", () => {
    expect(dirHashOfSum("h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
  });

  it.each(["", "sha256:abc", "h2:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="])(
    "has no value for %j",
    (sum) => {
      expect(dirHashOfSum(sum)).toBeUndefined();
    },
  );
});
