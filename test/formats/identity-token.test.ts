import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_TOKEN_BYTES, parseIdentityToken } from "../../src/formats/identity-token.ts";

const CLAIMS = { iss: "https://issuer.example", aud: "sigstore", exp: 2_000_000_000, sub: "s" };

function token(claims: unknown): string {
  return `eyJ9.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;
}

function reasonOf(text: string): string {
  const read = parseIdentityToken("token", text);
  return read.ok ? "read" : read.reason;
}

describe("an identity token", () => {
  it("says who it is of, for whom and until when", () => {
    const claims = { ...CLAIMS, aud: ["sigstore", "npm"], email: "a@example.com", email_verified: "true" };
    expect(parseIdentityToken("token", token(claims))).toMatchObject({
      ok: true,
      value: {
        issuer: CLAIMS.iss,
        audiences: ["sigstore", "npm"],
        expires: CLAIMS.exp,
        subject: "s",
        isEmailVerified: true,
        workflowRef: undefined,
      },
    });
  });

  it.each(["iss", "aud", "exp", "sub"] as const)("is not read without %s, or with another type", (name) => {
    const { [name]: _removed, ...rest } = CLAIMS;
    expect(reasonOf(token(CLAIMS))).toBe("read");
    expect(reasonOf(token(rest))).toBe("has no claims that can be read");
    expect(reasonOf(token({ ...CLAIMS, [name]: true }))).toBe("has no claims that can be read");
  });

  it("is not read when a claim is there twice", () => {
    const twice = Buffer.from(`${JSON.stringify(CLAIMS).slice(0, -1)},"iss":"https://other.example"}`);
    expect(reasonOf(`eyJ9.${twice.toString("base64url")}.c2ln`)).toBe("has no claims that can be read");
  });

  it("is as long as its limit, and no longer", () => {
    const short = token(CLAIMS);
    expect(reasonOf(short.padEnd(MAX_TOKEN_BYTES, "A"))).toBe("read");
    expect(reasonOf(short.padEnd(MAX_TOKEN_BYTES + 1, "A"))).toContain("has more than");
  });

  it("is never quoted, and never brings the reader down", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => token(json)),
        ),
        (text) => {
          const reason = reasonOf(text);
          expect(text.length > 12 && reason.includes(text)).toBe(false);
        },
      ),
    );
  });
});
