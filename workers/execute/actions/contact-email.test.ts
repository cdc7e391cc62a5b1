import { describe, expect, test } from "vitest";
import { testKeyPair } from "#connectors/test-key-file.ts";
import { emailOf } from "./contact-email.ts";
import { TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";

function read(reference: string, answer: (url: URL) => Response, settings = {}, change = {}) {
  const fetchFake: typeof fetch = async (input) => answer(new URL(input instanceof Request ? input.url : input));
  const ports = {
    fetch: fetchFake,
    now: () => 0,
    settings: { ...TEST_SETTINGS, ...settings },
    accessTokens: new Map(),
  };
  return emailOf(reference, { ...TEST_ATTEMPT, ...change }, ports);
}

describe("the address of a contact", () => {
  test("is HubSpot's", async () => {
    const contact = { id: "501", properties: { email: "maton@querbus.example" }, archived: false };
    const answer = (url: URL) =>
      url.pathname.endsWith("/contacts/501") ? Response.json(contact) : new Response("", { status: 404 });
    expect(await read("hubspot:501", answer)).toEqual({ ok: true, value: "maton@querbus.example" });
    expect(await read("hubspot:502", answer)).toMatchObject({ ok: false, outcome: { kind: "rejected" } });
  });

  test("is Salesforce's", async () => {
    const { privateKey } = await testKeyPair();
    const answer = (url: URL) => {
      if (url.pathname === "/services/oauth2/token") {
        return Response.json({ access_token: "session", instance_url: "https://org.test" });
      }
      expect(url.searchParams.get("q")).toBe("SELECT Email FROM Contact WHERE Id = '003Dd00000abcdeIAA'");
      return Response.json({ records: [{ Email: "maton@querbus.example" }] });
    };
    const settings = { SALESFORCE_PRIVATE_KEY: privateKey };
    const found = await read("salesforce:003Dd00000abcdeIAA", answer, settings);
    expect(found).toEqual({ ok: true, value: "maton@querbus.example" });
  });

  test.each([
    ["linkedin:7", "linkedin:7 is not a contact"],
    ["constructor:7", "constructor:7 is not a contact"],
    ["hubspot:503", "has no e-mail address"],
  ])("of %s is refused in words", async (reference, words) => {
    const outcome = await read(reference, () => Response.json({ id: "503", properties: { email: null } }));
    expect(outcome).toMatchObject({ ok: false, outcome: { kind: "rejected", reason: expect.stringContaining(words) } });
  });

  test("leaves an earlier attempt as unknown as it was when it can't be read", async () => {
    const down = () => new Response("", { status: 503 });
    expect(await read("hubspot:501", down)).toMatchObject({ outcome: { kind: "retry", effectUnknown: false } });
    const again = await read("hubspot:501", down, {}, { maybeDone: true });
    expect(again).toMatchObject({ outcome: { kind: "retry", effectUnknown: true } });
  });

  test("names the secret that is missing", async () => {
    const outcome = await read("salesforce:003Dd00000abcdeIAA", () => Response.error());
    expect(outcome).toMatchObject({
      outcome: { kind: "credentials", reason: expect.stringContaining("SALESFORCE_PRIVATE_KEY") },
    });
  });
});
