import { describe, expect, it } from "vitest";
import { CLAIMS, KeylessScene, workflowToken, type Attempt } from "../support/keyless-scene.ts";
import { identityToken, type Fault, type Service } from "../support/sigstore-stack.ts";
import { IDENTITY } from "../support/sigstore-world.ts";

const scene = new KeylessScene();

describe("services that fail", () => {
  const short = { timeoutSeconds: 1 };

  it.each<[string, Service]>([
    ["Fulcio", "fulcio"],
    ["Rekor", "rekor"],
    ["the authority for times", "tsa"],
  ])("%s: 503, a reset and a hang are tried again", async (_name, service) => {
    scene.stack.fail(service, "503", "reset", "hang");
    const root = scene.root({ requireTimestamp: true }, false);
    const { signed } = await scene.sign({ root, services: { ...short, tsaUrl: scene.stack.urls.tsa } });
    expect(signed.report.threshold).toMatchObject({ holders: 1 });
    expect(scene.asked.filter((each) => each === service)).toHaveLength(4);
  });

  it("an entry that exists already, since its first answer was lost, is fetched", async () => {
    scene.stack.fail("rekor", "lost");
    const { signed } = await scene.sign({ root: scene.root({}, false) });
    expect(signed.report.threshold).toMatchObject({ holders: 1 });
    expect(scene.stack.hits.filter(({ service }) => service === "rekor").map(({ method }) => method)).toEqual(
      ["POST", "POST", "GET"],
    );
  });

  it.each<[Service, string, "400" | "503", number]>([
    ["fulcio", "the certificate authority issued no certificate", "503", 4],
    ["fulcio", "the certificate authority issued no certificate", "400", 1],
    ["rekor", "the log took no entry", "503", 4],
    ["tsa", "the authority for times gave no timestamp", "400", 1],
  ])("%s: %s (%s), after so many tries: %i", async (service, message, status, tries) => {
    scene.stack.fail(service, ...Array.from({ length: 8 }, () => status));
    const root = scene.root({ requireTimestamp: true }, false);
    const error = await scene.refusal({ root, services: { ...short, tsaUrl: scene.stack.urls.tsa } });
    expect(error).toMatchObject({ code: "service", exitCode: 3, message });
    expect(error.details).toMatchObject({ at: scene.stack.urls[service], found: `HTTP ${status}` });
    expect(scene.asked.filter((each) => each === service)).toHaveLength(tries);
  });

  it("a signature that would not count is not written", async () => {
    // The authority certifies another name than the token's other claims say.
    const file = scene.tokenFile(identityToken(`${IDENTITY}-evil`, CLAIMS));
    const error = await scene.refusal({ options: { tokenFile: file } });
    expect(error.message).toContain("the signature would not count");
  });

  it("no failure quotes a token, though services repeat what they were sent", async () => {
    const token = workflowToken();
    const parts = token.split(".");
    const failing: readonly (readonly [Service, Fault])[] = [
      ["fulcio", "400"],
      ["fulcio", "reset"],
      ["fulcio", "hang"],
      ["rekor", "400"],
      ["tsa", "400"],
    ];
    for (const [service, fault] of failing) {
      scene.stack.fail(service, ...Array.from({ length: 4 }, () => fault));
      const options = { tokenFile: scene.tokenFile(token) };
      const root = scene.root({ requireTimestamp: true }, false);
      const services = { timeoutSeconds: 0.2, tsaUrl: scene.stack.urls.tsa };
      const { message, details, stack: trace } = await scene.refusal({ root, options, services });
      const shown = `${message} ${JSON.stringify(details)} ${trace ?? ""} ${String(details.cause)}`;
      for (const part of parts) expect(shown).not.toContain(part);
      // It went to the certificate authority, and to nobody else.
      expect(scene.stack.hits.some(({ body }) => body.includes(token))).toBe(true);
      const others = scene.stack.hits.filter((hit) => hit.service !== "fulcio");
      for (const { body } of others) expect(body).not.toContain(parts[1]);
      scene.stack.reset();
    }
  });
});

/** A signing that asks every service once. */
function witnessed(): Attempt {
  const root = scene.root({ requireTimestamp: true }, false);
  return { root, services: { tsaUrl: scene.stack.urls.tsa } };
}

describe("services that redirect", () => {
  it.each<[Service, Fault]>([
    ["fulcio", "elsewhere-301"],
    ["fulcio", "elsewhere-302"],
    ["fulcio", "elsewhere-303"],
    ["fulcio", "elsewhere-307"],
    ["fulcio", "elsewhere-308"],
    ["rekor", "elsewhere-307"],
    ["tsa", "elsewhere-308"],
  ])("%s: %s sends nothing to anybody else, and no signature is taken", async (service, fault) => {
    scene.stack.fail(service, fault);
    const { message, details, code } = await scene.refusal(witnessed());
    expect({ code, message }).toEqual({
      code: "service",
      message: "a service of Sigstore redirects to another place",
    });
    expect(JSON.stringify(details)).not.toContain(new URL(scene.stack.urls.github).host);
    expect(scene.asked).toContain(service);
    expect(scene.asked).not.toContain("github");
  });

  it("follows one to another path of the same service", async () => {
    scene.stack.fail("fulcio", "moved");
    const { signed } = await scene.sign(witnessed());
    expect(signed.report.threshold).toMatchObject({ holders: 1 });
    expect(scene.asked.filter((service) => service === "fulcio")).toHaveLength(2);
  });
});
