import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { conformance } from "./conformance.ts";
import type { HookRequest } from "./source.ts";
import { track } from "./track.ts";

const PAYLOAD = `${import.meta.dirname}/../../../tests/payloads/beacon/sendbeacon.text-plain.self-made.json`;
const SETTINGS = { TRACK_WRITE_KEYS: "other site-1", TRACK_ORIGINS: "https://www.example.com http://localhost:8787/" };
const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const sample = JSON.parse(readFileSync(PAYLOAD, "utf8"));
const batch = {
  writeKey: "site-1",
  anonymousId: "a1",
  sentAt: NOW,
  events: [
    { id: "e1", type: "page", url: "https://www.example.com/pricing", title: "Pricing", at: NOW - 1_000 },
    { id: "e2", type: "track", name: "Opened Calculator", at: NOW - 500 },
    { id: "e3", type: "identify", userId: "ana@example.com", traits: { company: { name: "Initech" } }, at: NOW },
  ],
};

function beacon(body: string, headers: Record<string, string> = sample.headers, query = ""): HookRequest {
  const url = `https://edge.example.com/track${query}`;
  return { method: "POST", url, headers: new Headers(headers), body: new TextEncoder().encode(body) };
}

conformance({
  source: track,
  settings: SETTINGS,
  key: { name: "TRACK_WRITE_KEYS", other: "site-2" },
  sign: async (body) => beacon(body, { origin: "https://www.example.com" }, "?k=site-1"),
  signsBody: false,
  signsUri: false,
  signsTime: false,
  samples: [
    { name: "a batch", body: JSON.stringify(batch) },
    { name: "sendbeacon.text-plain.self-made.json", body: sample.rawBody },
  ],
  redelivered: (body) => {
    const { events, ...message } = JSON.parse(body);
    return JSON.stringify({ ...message, sentAt: NOW + 5_000, ...(events ? { events: events.toReversed() } : {}) });
  },
  vectors: [],
});

describe("who is heard", () => {
  const verify = (request: HookRequest, settings = SETTINGS) => track.verify(request, settings, NOW);

  test("the key stands in the body or in the address", async () => {
    expect(await verify(beacon(JSON.stringify(batch)))).toEqual({ kind: "ok" });
    expect(await verify(beacon(sample.rawBody, sample.headers, "?k=site-1"))).toEqual({ kind: "ok" });
    expect(await verify(beacon(sample.rawBody))).toMatchObject({ kind: "refused", code: "unknown_key" });
    expect(await verify(beacon("{", sample.headers))).toMatchObject({ code: "unknown_key" });
    expect(await verify(beacon('{"writeKey":"site"}'))).toMatchObject({ code: "unknown_key" });
  });
  test.for([
    undefined,
    "null",
    "https://example.com",
    "https://www.example.com.evil.example",
    "http://www.example.com",
  ])("the origin %s is refused", async (origin) => {
    const headers = origin === undefined ? {} : { origin };
    expect(await verify(beacon(JSON.stringify(batch), headers))).toMatchObject({ code: "wrong_origin" });
  });
  test.for(["*", "https://*.example.com", "www.example.com", "https://www.example.com/shop", "javascript:1"])(
    "%s is no origin to allow",
    async (origin) => {
      const settings = { ...SETTINGS, TRACK_ORIGINS: `https://ok.example.com ${origin}` };
      const verified = await verify(beacon(JSON.stringify(batch)), settings);
      expect(verified).toMatchObject({ kind: "not_configured", reason: expect.stringContaining(origin) });
    },
  );
});

describe("what is read", () => {
  const read = (body: unknown) =>
    track.normalize(typeof body === "string" ? body : JSON.stringify(body), {
      headers: new Headers(),
      receivedAt: RECEIVED_AT,
      settings: SETTINGS,
    });
  const readings = (body: unknown) => {
    const normalized = read(body);
    return normalized.ok ? normalized.readings : [];
  };
  const firedAt = (at: unknown, sentAt?: unknown) => {
    const [reading] = readings({ ...batch, sentAt, events: [{ id: "e", type: "page", at }] });
    return reading?.kind === "signal" ? reading.draft.fired_at : reading;
  };

  test("a batch becomes a signal for each event", () => {
    expect(readings(batch)).toMatchObject([
      {
        pointer: "/events/0",
        draft: {
          signal_type: "behavioral",
          subject: "track:anon-a1",
          identity: ["a1", "e1"],
          fired_at: "2026-11-21T07:59:59.000Z",
          payload: { event: "page.viewed", url: "https://www.example.com/pricing", facts: { title: "Pricing" } },
        },
      },
      { draft: { payload: { event: "behavior.tracked", facts: { name: "Opened Calculator" } } } },
      {
        draft: {
          subject: expect.stringMatching(/^track:user-hash-/),
          payload: {
            event: "person.identified",
            facts: { anonymous_id: "a1", email: "ana@example.com", company_name: "Initech" },
          },
        },
      },
    ]);
  });
  test("one event without an id is known by its browser, its time and what it is about", () => {
    expect(readings(sample.rawBody)).toMatchObject([
      { draft: { identity: ["a1", "page", null, "https://www.example.com/pricing", "2026-11-21T00:00:00.000Z"] } },
    ]);
  });
  test("a browser can't claim to be a contact of the CRM", () => {
    const event = { id: "e", type: "identify", userId: "u", traits: { hubspot_contact_id: "42" } };
    expect(readings({ ...batch, events: [event] })).toMatchObject([
      { draft: { subject: "track:user-u", contact_id: null, account_id: null } },
    ]);
  });
  test.for([
    ["right", NOW - 1_000, NOW, "2026-11-21T07:59:59.000Z"],
    ["an hour ahead", NOW + 3_599_000, NOW + 3_600_000, "2026-11-21T07:59:59.000Z"],
    ["a year behind", "2025-11-21T07:59:59Z", "2025-11-21T08:00:00Z", "2026-11-21T07:59:59.000Z"],
    ["ahead of its own sending", NOW + 1, NOW, RECEIVED_AT],
    ["ahead, and nothing says by how much", NOW + 1, undefined, RECEIVED_AT],
    ["not told", undefined, NOW, RECEIVED_AT],
    ["long before", 0, "9999-12-31T23:59:59Z", "1970-01-01T00:00:00.000Z"],
  ] as const)("a clock that is %s", ([, at, sentAt, instant]) => {
    expect(firedAt(at, sentAt)).toBe(instant);
  });
  test("an unknown type is ignored by its name, a broken event is refused alone", () => {
    const events = [{ id: "1", type: "scroll" }, { type: "page" }, 7, batch.events[0]];
    expect(readings({ ...batch, events })).toMatchObject([
      { kind: "ignored", name: "scroll" },
      { kind: "invalid", pointer: "/events/1/id" },
      { kind: "invalid", pointer: "/events/2" },
      { kind: "signal" },
    ]);
  });
  test("no events are nothing", () => {
    expect(read({ ...batch, events: [] })).toEqual({ ok: true, readings: [] });
  });
  test.for([
    [{ ...batch, events: Array.from({ length: 51 }, () => batch.events[0]) }, "/events"],
    [{ ...batch, anonymousId: "" }, "/anonymousId"],
    [{ ...batch, events: {} }, "/events"],
    [{ anonymousId: "a1", type: 7 }, "/type"],
    [[], ""],
    ["{", ""],
  ] as const)("%o is refused with the pointer %s", ([body, pointer]) => {
    expect(read(body)).toMatchObject({ ok: false, errors: [{ pointer }] });
  });
});
