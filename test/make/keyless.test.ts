import { describe, expect, it } from "vitest";
import { PUBLIC_SERVICES, servicesFor, type ServiceFlags } from "../../src/make/keyless.ts";
import type { TrustedIdentity } from "../../src/model/trust-root.ts";
import { testIdentity } from "../support/trust.ts";

const IDENTITY = testIdentity();
const FLAGS: ServiceFlags = {
  fulcioUrl: "https://fulcio.example/",
  rekorUrl: undefined,
  rekorApi: 1,
  tsaUrl: undefined,
  timeoutSeconds: 20,
};

function services(identity: Partial<TrustedIdentity> = {}, flags: Partial<ServiceFlags> = {}) {
  return servicesFor({ ...IDENTITY, ...identity }, { ...FLAGS, ...flags });
}

describe("the services that are asked", () => {
  it("are those that the identity needs, the public ones unless others are named", () => {
    const { rekor, tsa } = PUBLIC_SERVICES;
    expect(services()).toMatchObject({ fulcioUrl: "https://fulcio.example", rekor: { url: rekor, api: 1 } });
    expect(services().tsaUrl).toBeUndefined();
    expect(services({ requireTimestamp: true }).tsaUrl).toBe(tsa);
    expect(services({}, { rekorApi: 2 })).toMatchObject({ rekor: { api: 2 }, tsaUrl: tsa });
  });

  it("leave the log alone where none is required or named", () => {
    expect(services({ requireTlog: false })).toMatchObject({ rekor: undefined, tsaUrl: PUBLIC_SERVICES.tsa });
    const named = services({ requireTlog: false }, { rekorUrl: "https://rekor.example" });
    expect(named).toMatchObject({ rekor: { url: "https://rekor.example" }, tsaUrl: undefined });
  });

  it.each(["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost", "https://rekor.example"])(
    "may be at %s",
    (rekorUrl) => {
      expect(services({}, { rekorUrl }).rekor?.url).toBe(rekorUrl);
    },
  );

  it.each([
    "http://rekor.example",
    "http://127.0.0.1.example",
    "https://user:secret@rekor.example",
    "file:///etc/passwd",
    "rekor.example",
    "",
  ])("may not be at %s", (rekorUrl) => {
    expect(() => services({}, { rekorUrl })).toThrow("is not an https address");
  });
});
