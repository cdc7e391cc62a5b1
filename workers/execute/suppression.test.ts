import { expect, test } from "vitest";
import type { ActionContent } from "#contract/action.ts";
import { TEST_ATTEMPT, TEST_SETTINGS } from "./actions/test-settings.ts";
import { createSuppression } from "./suppression.ts";

const NONE = { INTERNAL_DOMAINS: "", COMPETITOR_DOMAINS: "", DO_NOT_CONTACT: "" };

function mailTo(...emails: string[]): ActionContent {
  return {
    type: "draft_followup",
    target: "gmail",
    params: {
      from: "ana.duarte@northwind.example",
      to: emails.map((email) => ({ email, name: null })),
      subject: "Hello",
      body: "Hello",
      thread_id: null,
      deliver: "send",
    },
  };
}

/** HubSpot, in which `optedOut` opted out and nobody else is known. */
function check(content: ActionContent, settings = NONE, optedOut = "", status = 200) {
  const asked: string[] = [];
  const fetchFake: typeof fetch = async (input) => {
    const { pathname } = new URL(String(input));
    const id = decodeURIComponent(pathname.split("/").at(-1) ?? "");
    asked.push(id);
    if (status !== 200) return new Response("{}", { status });
    if (id === "501") return Response.json({ id: "501", properties: { email: "lea@querbus.example" } });
    if (id !== optedOut) return Response.json({ status: "error" }, { status: 404 });
    return Response.json({ id: "501", properties: { hs_email_optout: "true" } });
  };
  const ports = { fetch: fetchFake, now: () => 0, settings: TEST_SETTINGS, accessTokens: new Map() };
  return createSuppression(settings)(content, TEST_ATTEMPT, ports).then((answer) => ({ answer, asked }));
}

test.each([
  ["a colleague", { ...NONE, INTERNAL_DOMAINS: "northwind.example" }, "ben@mail.northwind.example", "colleague"],
  ["a competitor", { ...NONE, COMPETITOR_DOMAINS: "@globex.example other.example" }, "x@globex.example", "competitor"],
  ["a listed address", { ...NONE, DO_NOT_CONTACT: "Lea@Querbus.example," }, "lea@querbus.example", "do-not-contact"],
  ["a listed domain", { ...NONE, DO_NOT_CONTACT: "querbus.example" }, "lea@querbus.example", "do-not-contact"],
])("%s is not mailed, and the address stays out of the reason", async (_who, settings, email, why) => {
  const { answer } = await check(mailTo("dana@acme.example", email), settings);
  expect(answer).toMatchObject({ kind: "suppressed", reason: expect.stringContaining(why) });
  expect(JSON.stringify(answer)).not.toContain("@");
});

test("a domain that only ends alike is somebody else's", async () => {
  const { answer } = await check(mailTo("x@notnorthwind.example"), { ...NONE, INTERNAL_DOMAINS: "northwind.example" });
  expect(answer).toBeNull();
});

test("whoever opted out in the CRM is not mailed, whoever decided it", async () => {
  const { answer } = await check(mailTo("lea@querbus.example"), NONE, "lea@querbus.example");
  expect(answer).toMatchObject({ kind: "suppressed", reason: expect.stringContaining("opted out") });
});

test("nothing is sent while the CRM can't be asked", async () => {
  const { answer } = await check(mailTo("lea@querbus.example"), NONE, "", 503);
  expect(answer).toMatchObject({ kind: "unclear", outcome: { kind: "retry", effectUnknown: false } });
});

test("a contact to be enrolled is checked by the address that the CRM has", async () => {
  const content: ActionContent = {
    type: "enroll_sequence",
    target: "outreach",
    params: { sequence_id: "301", contact_id: "hubspot:501", sender: "ana.duarte@northwind.example" },
  };
  const { answer } = await check(content, NONE, "lea@querbus.example");
  expect(answer).toMatchObject({ kind: "suppressed" });
});

test.each([
  ["outreach:1001", { data: { id: 1001, attributes: { emails: ["lea@querbus.example", "LEA@Globex.example"] } } }],
  ["salesloft:81", { data: { id: 81, email_address: null, secondary_email_address: "lea@globex.example" } }],
  ["apollo:5e0001", { contact: { id: "5e0001", email: "lea@globex.example" } }],
])("a person named by the id of %s is checked by the addresses that it has", async (contact_id, person) => {
  const fetchFake: typeof fetch = async (input) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (pathname === "/oauth/token") return Response.json({ access_token: "t", refresh_token: "r", expires_in: 7_200 });
    const isPerson = pathname.endsWith(`/${contact_id.split(":")[1]}`);
    return isPerson ? Response.json(person) : Response.json({ status: "error" }, { status: 404 });
  };
  const ports = { fetch: fetchFake, now: () => 0, settings: TEST_SETTINGS, accessTokens: new Map() };
  const params = { sequence_id: "301", contact_id, sender: "ana.duarte@northwind.example" };
  const content: ActionContent = { type: "enroll_sequence", target: "outreach", params };
  const ask = (competitors: string) =>
    createSuppression({ ...NONE, COMPETITOR_DOMAINS: competitors })(content, TEST_ATTEMPT, ports);
  expect(await ask("globex.example")).toMatchObject({ kind: "suppressed" });
  expect(await ask("")).toBeNull();
});

test("what addresses nobody is not looked up", async () => {
  const params = { channel: null, text: "x", url: null, to_email: null, thread_key: null };
  const { answer, asked } = await check({ type: "send_alert", target: "slack", params });
  expect([answer, asked]).toEqual([null, []]);
});
