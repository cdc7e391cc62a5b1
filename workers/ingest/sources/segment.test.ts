import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { conformance } from "./conformance.ts";
import { segment } from "./segment.ts";
import type { HookRequest } from "./source.ts";

const FOLDER = `${import.meta.dirname}/../../../tests/payloads/segment`;
const SECRET = "a-shared-secret";
const TOKEN = "a-token";
const SETTINGS = { SEGMENT_SHARED_SECRET: SECRET, INGEST_TOKENS: TOKEN };
const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const URL_OF_SEGMENT = "https://edge.example.com/hooks/segment";
const bytes = (text: string) => new TextEncoder().encode(text);
const fileOf = (name: string) => readFileSync(`${FOLDER}/${name}`, "utf8");
const sha1 = (text: string, secret = SECRET) => createHmac("sha1", secret).update(text).digest("hex");
const files = readdirSync(FOLDER);
const samples = files.filter((file) => !file.startsWith("sig.")).map((name) => ({ name, body: fileOf(name) }));
const batch = (count: number) =>
  JSON.stringify(
    Array.from({ length: count }, (_, index) => ({ type: "page", userId: `u${index}`, messageId: `m${index}` })),
  );

function hook(body: string, headers: Record<string, string>, url = URL_OF_SEGMENT): HookRequest {
  return { method: "POST", url, headers: new Headers(headers), body: bytes(body) };
}

const vector = JSON.parse(fileOf("sig.sha1.action-destinations.json"));
conformance({
  source: segment,
  settings: SETTINGS,
  key: { name: "SEGMENT_SHARED_SECRET", other: "another-secret" },
  sign: async (body, _nowMs, path) => hook(body, { "x-signature": sha1(body) }, `https://edge.example.com${path}`),
  signsUri: false,
  signsTime: false,
  samples: [...samples, { name: "a batch", body: batch(3) }],
  redelivered: (body) => {
    const parsed = JSON.parse(body);
    return JSON.stringify(Array.isArray(parsed) ? parsed.toReversed() : { ...parsed, sentAt: "2026-11-21T08:01:00Z" });
  },
  vectors: [
    {
      name: "sig.sha1.action-destinations.json",
      request: hook(vector.rawBody, { [vector.header]: vector.expected }),
      settings: { SEGMENT_SHARED_SECRET: String(vector.sharedSecret), INGEST_TOKENS: "" },
      nowMs: NOW,
    },
  ],
});

describe("segment signatures", () => {
  const verify = (body: string, headers: Record<string, string>, settings = SETTINGS) =>
    segment.verify(hook(body, headers), settings, NOW);
  const first = JSON.stringify(JSON.parse(batch(1))[0]);
  const bearer = { authorization: `Bearer ${TOKEN}` };

  test("a body that was reformatted on its way is serialised again", async () => {
    const body = fileOf("page.json");
    const signature = sha1(JSON.stringify(JSON.parse(body)));
    expect(await verify(body, { "x-signature": signature.toUpperCase() })).toEqual({ kind: "ok" });
  });
  test("a batch signed by its first event needs one of the tokens, too", async () => {
    const headers = { "x-signature": sha1(first) };
    const refused = { kind: "refused", reason: expect.stringMatching(/only the first event.*INGEST_TOKENS/) };
    expect(await verify(batch(2), headers)).toMatchObject(refused);
    expect(await verify(batch(2), { ...headers, authorization: "Bearer other" })).toMatchObject(refused);
    expect(await verify(batch(2), { ...headers, ...bearer }, { ...SETTINGS, INGEST_TOKENS: "" })).toMatchObject(
      refused,
    );
    expect(await verify(batch(2), { ...headers, ...bearer })).toEqual({ kind: "ok" });
  });
  test("a token alone does not replace the signature", async () => {
    expect(await verify(batch(2), bearer)).toMatchObject({ code: "missing_signature" });
    expect(await verify(batch(2), { ...bearer, "x-signature": "00" })).toMatchObject({ code: "bad_signature" });
  });
  test("a batch of one event is wholly signed", async () => {
    expect(await verify(batch(1), { "x-signature": sha1(first) })).toEqual({ kind: "ok" });
  });
  test.for([
    ["an empty batch", "[]"],
    ["no JSON", "{"],
    ["ten thousand levels", "[".repeat(10_000) + "]".repeat(10_000)],
    ["a lone value", "null"],
  ] as const)("%s is refused, not thrown at", async ([, body]) => {
    expect(await verify(body, { "x-signature": sha1("x") })).toMatchObject({ code: "bad_signature" });
  });
});

describe("segment events", () => {
  const read = (body: unknown) =>
    segment.normalize(typeof body === "string" ? body : JSON.stringify(body), {
      headers: new Headers(),
      receivedAt: RECEIVED_AT,
      settings: SETTINGS,
    });
  const draft = (body: unknown) => {
    const normalized = read(body);
    const [reading] = normalized.ok ? normalized.readings : [];
    return reading?.kind === "signal" ? reading.draft : (reading ?? normalized);
  };
  const call = (fields: object) => draft({ messageId: "m1", userId: "u1", ...fields });

  test("a page view tells its address and its title", () => {
    expect(draft(fileOf("page.json"))).toEqual({
      signal_type: "behavioral",
      subject: "segment:user-97980cfea0067",
      deal_id: null,
      contact_id: null,
      account_id: null,
      payload: {
        event: "page.viewed",
        url: "http://www.example.com",
        facts: {
          name: "Home",
          title: "Welcome | Initech",
          user_id: "97980cfea0067",
          anonymous_id: "507f191e810c19729de860ea",
        },
      },
      fired_at: "2015-02-23T22:28:55.111Z",
      identity: ["page", "022bb90c-bbac-11e4-8dfc-aa07a5b093db"],
    });
  });
  test("a person's traits become facts, one level deep", () => {
    expect(draft(fileOf("identify.json"))).toMatchObject({
      payload: {
        event: "person.identified",
        facts: { email: "peter@example.com", plan: "premium", logins: 5, address_city: "San Francisco" },
      },
    });
  });
  test("a deletion is a signal of its own", () => {
    expect(draft(fileOf("delete.json"))).toMatchObject({
      signal_type: "custom",
      subject: "segment:user-97980cfea0067",
      payload: { event: "person.deletion_requested", facts: { user_id: "97980cfea0067" } },
    });
  });
  test("a tracked event keeps its name and its properties", () => {
    const payload = { event: "behavior.tracked", facts: { name: "Demo Requested", seats: 40, "Plan Name": "Pro" } };
    const properties = { seats: 40, "Plan Name": "Pro" };
    expect(call({ type: "track", event: "Demo Requested", properties })).toMatchObject({ payload });
  });
  test.for([
    [{ type: "screen", name: "Prices" }, "screen.viewed", { name: "Prices" }],
    [
      { type: "group", groupId: "g 1", traits: { name: "Initech" } },
      "account.identified",
      { group_id: "g 1", name: "Initech" },
    ],
    [{ type: "alias", previousId: "old" }, "person.aliased", { previous_id: "old" }],
  ] as const)("%o is %s", ([fields, event, facts]) => {
    expect(call(fields)).toMatchObject({ payload: { event, facts } });
  });
  test("a group is about the group, and about the CRM's company where its traits name it", () => {
    const group = { type: "group", groupId: "g1" };
    expect(call(group)).toMatchObject({ subject: "segment:group-g1", account_id: null });
    expect(call({ ...group, traits: { hubspot_company_id: 330222354146 } })).toMatchObject({
      subject: "hubspot:330222354146",
      account_id: "hubspot:330222354146",
    });
  });
  test("traits may name the contact of the CRM, and an id that is none is left out", () => {
    const traits = { salesforce_contact_id: "0035e00000ABCDEFGH", hubspot_company_id: "x" };
    expect(call({ type: "page", context: { traits } })).toMatchObject({
      subject: "salesforce:0035e00000ABCDEFGH",
      contact_id: "salesforce:0035e00000ABCDEFGH",
      account_id: null,
    });
  });
  test("an id that is an address is nowhere but in the fact `email`", () => {
    const told = call({ type: "page", userId: "ana@example.com" });
    expect(told).toMatchObject({ subject: expect.stringMatching(/^segment:user-hash-[0-9a-f]{32}$/) });
    expect(told).toHaveProperty("payload.facts", { email: "ana@example.com" });
  });
  test("an event ahead of our clock happened when it arrived, and one without a time, too", () => {
    expect(call({ type: "page", timestamp: "2026-11-21T08:00:01Z" })).toMatchObject({ fired_at: RECEIVED_AT });
    expect(call({ type: "page" })).toMatchObject({ fired_at: RECEIVED_AT });
    const fields = { timestamp: "yesterday", originalTimestamp: "2026-11-21T08:30:00+01:00" };
    expect(call({ type: "page", ...fields })).toMatchObject({ fired_at: "2026-11-21T07:30:00.000Z" });
  });
  test("an address that is none of the web is no address", () => {
    expect(call({ type: "page", properties: { url: "javascript:alert(1)" } })).toHaveProperty("payload.url", undefined);
  });
  test("a type that is no call is ignored by its name", () => {
    expect(draft({ type: "toString" })).toEqual({ kind: "ignored", name: "toString" });
  });
  test("three broken events of a hundred are refused alone", () => {
    const events = JSON.parse(batch(100));
    events[3].messageId = {};
    events[50] = 7;
    events[99] = { type: "page", messageId: "m99" };
    const normalized = read(events);
    const readings = normalized.ok ? normalized.readings : [];
    expect(readings.filter(({ kind }) => kind === "signal")).toHaveLength(97);
    expect(readings.filter(({ kind }) => kind === "invalid")).toMatchObject([
      { pointer: "/3/messageId" },
      { pointer: "/50" },
      { pointer: "/99", reason: expect.stringContaining("id of the person") },
    ]);
  });
  test("an empty batch is nothing, and one over Segment's limit is refused", () => {
    expect(read("[]")).toEqual({ ok: true, readings: [] });
    expect(read(batch(4_001))).toMatchObject({
      ok: false,
      errors: [{ detail: expect.stringContaining("at most 4000") }],
    });
  });
  test.for([
    [{}, "/type"],
    [{ type: "page", userId: "u" }, "/messageId"],
    [{ type: "page", messageId: "m", userId: ["u"] }, "/userId"],
    [{ type: "track", messageId: "m", userId: "u" }, "/event"],
    [null, ""],
    ["[".repeat(10_000) + "]".repeat(10_000), ""],
  ] as const)("%o alone is refused with the pointer %s", ([body, pointer]) => {
    expect(read(body)).toMatchObject({ ok: false, errors: [{ pointer }] });
  });
  test("the last of two equal keys counts, and ids beyond 2^53 keep their digits", () => {
    const body = '{"type":"track","type":"page","messageId":"m","userId":12345678901234567890}';
    expect(draft(body)).toMatchObject({
      subject: "segment:user-12345678901234567890",
      payload: { event: "page.viewed" },
    });
  });
});
