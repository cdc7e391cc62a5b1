import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { optedOut } from "./opted-out.ts";
import { loginAnswer, SALESFORCE_SETTINGS, withKey } from "./salesforce.fixture.ts";
import { TEST_ATTEMPT } from "./test-settings.ts";

beforeAll(withKey);

const Composite = z.object({ compositeRequest: z.array(z.object({ url: z.string(), referenceId: z.string() })) });
type Part = { httpStatusCode: number; body: unknown };
const NONE: Part = { httpStatusCode: 200, body: { records: [] } };
const FOUND: Part = { httpStatusCode: 200, body: { records: [{ Id: "003Dd00000abcdeIAA" }] } };
const failed = (errorCode: string): Part => ({ httpStatusCode: 400, body: [{ message: "no", errorCode }] });

/** Salesforce alone; what it is asked and what it answers for each object. */
async function ask(parts: { contacts: Part; leads: Part }, address = "lea@querbus.example") {
  const queries: string[] = [];
  const fetchFake: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const login = loginAnswer(request);
    if (login !== null) return login;
    const { compositeRequest } = Composite.parse(await request.json());
    queries.push(...compositeRequest.map(({ url }) => new URL(url, request.url).searchParams.get("q") ?? ""));
    const compositeResponse = Object.entries(parts).map(([referenceId, part]) => ({ referenceId, ...part }));
    return Response.json({ compositeResponse });
  };
  const settings = { ...SALESFORCE_SETTINGS, HUBSPOT_ACCESS_TOKEN: "" };
  const ports = { fetch: fetchFake, now: () => 0, settings, accessTokens: new Map() };
  return { answer: await optedOut(address, TEST_ATTEMPT, ports), queries };
}

test.each([
  ["a contact", { contacts: FOUND, leads: NONE }],
  ["a lead", { contacts: NONE, leads: FOUND }],
])("%s who opted out in Salesforce did opt out", async (_who, parts) => {
  expect((await ask(parts)).answer).toEqual({ ok: true, value: true });
});

test("nobody opted out where neither is found, or where leads are hidden from us", async () => {
  expect((await ask({ contacts: NONE, leads: NONE })).answer).toEqual({ ok: true, value: false });
  expect((await ask({ contacts: NONE, leads: failed("INVALID_TYPE") })).answer).toEqual({ ok: true, value: false });
});

test.each(["INVALID_TYPE", "SERVER_UNAVAILABLE"])("contacts that can't be asked (%s) leave it open", async (code) => {
  expect((await ask({ contacts: failed(code), leads: NONE })).answer).toMatchObject({ ok: false });
});

test("an address is quoted, whatever is in it", async () => {
  const { queries } = await ask({ contacts: NONE, leads: NONE }, "o'hara@querbus.example");
  expect(queries[0]).toContain("Email = 'o\\'hara@querbus.example'");
});
