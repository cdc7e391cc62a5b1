// What the edge keeps, sheds and limits, over the whole of `ingest` with fake surroundings.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { Envelope } from "#contract/envelope.ts";
import { type IngestDeps, ingest } from "./ingest.ts";
import type { RawBody } from "./raw-body.ts";
import { SOURCES } from "./sources/registry.ts";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const URL_OF_HOOK = "https://edge.example.com/hooks/hubspot";
const stageChange = JSON.parse(
  readFileSync(`${import.meta.dirname}/../../tests/payloads/hubspot/deal.propertyChange.dealstage.json`, "utf8"),
)[0];
/** Low urgency: an event of a kind that no weight names. */
const companyChange = { ...stageChange, subscriptionType: "company.propertyChange", propertyName: "name" };
const large = Array.from({ length: 30 }, (_, eventId) => ({ ...stageChange, eventId }));

function edge(overrides: Partial<IngestDeps> = {}) {
  const published: Envelope[] = [];
  const kept: RawBody[] = [];
  const logged: string[] = [];
  const deps: IngestDeps = {
    sources: SOURCES,
    settings: { PUBLIC_URL: "https://edge.example.com", HUBSPOT_CLIENT_SECRET: "secret" },
    publish: async (_queue, envelopes) => void published.push(...envelopes),
    shedLevel: async () => "none",
    limit: async () => true,
    raw: { put: async (raw) => kept.push(raw) },
    trackScript: "",
    log: (_level, event) => logged.push(event),
    now: () => NOW,
    newEventId: uuidv7,
    ...overrides,
  };
  const send = async (body: string, signature?: string) => {
    const hmac = createHmac("sha256", "secret").update(`POST${URL_OF_HOOK}`).update(body).update(String(NOW));
    const headers = {
      "content-type": "application/json",
      "x-hubspot-signature-v3": signature ?? hmac.digest("base64"),
      "x-hubspot-request-timestamp": String(NOW),
    };
    const response = await ingest(new Request(URL_OF_HOOK, { method: "POST", body, headers }), deps);
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  };
  const rawRefs = () =>
    published.filter(({ topic }) => topic === "signal.received").map((sent) => Envelope.parse(sent).payload);
  return { send, published, kept, logged, rawRefs };
}
const down = { put: () => Promise.reject(new Error("R2 is down")) };

describe("the raw body", () => {
  test("over 4 KB is kept, and its signals name it", async () => {
    const { send, kept, rawRefs } = edge();
    expect((await send(JSON.stringify(large))).body.accepted).toBe(30);
    expect(kept).toMatchObject([{ metadata: { reason: "large", source: "hubspot" } }]);
    expect(rawRefs()).toEqual(rawRefs().map(() => expect.objectContaining({ raw_ref: kept[0]?.key })));
  });
  test("of 4 KB or less is not kept", async () => {
    const { send, kept, rawRefs } = edge();
    await send(JSON.stringify([stageChange]));
    expect(kept).toEqual([]);
    expect(rawRefs()).toMatchObject([{ raw_ref: null }]);
  });
  test("is kept before a signal that names it is published", async () => {
    const order: string[] = [];
    const { send } = edge({
      raw: { put: async () => order.push("kept") },
      publish: async (queue) => void order.push(queue),
    });
    await send(JSON.stringify(large));
    expect(order.slice(0, 2)).toEqual(["kept", "signals"]);
  });
  test("that is not understood is kept, and the answer names it", async () => {
    const { send, kept } = edge();
    const { status, body } = await send('{"hello":1}');
    expect(status).toBe(400);
    expect(kept).toMatchObject([{ metadata: { reason: "not_understood" } }]);
    expect(body).toMatchObject({ raw_ref: kept[0]?.key, detail: expect.stringContaining("can be replayed") });
  });
  test("with one event that is not understood is kept, and the dead letter names it", async () => {
    const { send, kept, published } = edge();
    await send(JSON.stringify([stageChange, { ...stageChange, objectId: {} }]));
    expect(kept).toMatchObject([{ metadata: { reason: "not_understood" } }]);
    const dead = published.find(({ topic }) => topic === "dead.letter");
    expect(dead?.payload).toMatchObject({ reason: expect.stringContaining(String(kept[0]?.key)) });
  });
  test("of a request that could not be verified is never kept", async () => {
    const { send, kept } = edge();
    expect((await send("{}", "AAAA")).status).toBe(401);
    expect(kept).toEqual([]);
  });
  test("a bucket that is down loses no signal", async () => {
    const { send, rawRefs, logged } = edge({ raw: down });
    expect((await send(JSON.stringify(large))).body.accepted).toBe(30);
    expect(rawRefs()[0]).toMatchObject({ raw_ref: null });
    expect(logged).toEqual(["raw_not_kept", "received"]);
  });
  test("a bucket that is down changes no 400, which says that nothing is kept", async () => {
    const { status, body } = await edge({ raw: down }).send("{}");
    expect(status).toBe(400);
    expect(body.raw_ref).toBeNull();
    expect(body.detail).not.toContain("replayed");
  });
});

describe("load shedding", () => {
  const low = JSON.stringify([companyChange]);
  test("turns low-priority traffic away, with nothing kept or published", async () => {
    const { send, published, kept } = edge({ shedLevel: async () => "low" });
    const { status, body, headers } = await send(JSON.stringify(large.map((e) => ({ ...e, ...companyChange }))));
    expect(status).toBe(429);
    expect(body.type).toBe("urn:dealwire:problem:shed");
    // HubSpot's workflows read milliseconds.
    expect(headers.get("retry-after")).toBe("120000");
    expect([published, kept]).toEqual([[], []]);
  });
  test("takes low-priority traffic again when the backlog is gone", async () => {
    expect((await edge().send(low)).body.accepted).toBe(1);
  });
  test("never turns away a request with anything urgent in it", async () => {
    const { send } = edge({ shedLevel: async () => "standard" });
    expect((await send(JSON.stringify([companyChange, stageChange]))).body.accepted).toBe(2);
  });
  test("asks for the lane of the source", async () => {
    const lanes: string[] = [];
    await edge({ shedLevel: async (lane) => (lanes.push(lane) > 0 ? "none" : "low") }).send(low);
    expect(lanes).toEqual(["signals"]);
  });
});

describe("the limit of a source", () => {
  test("answers 429 in the unit that the sender reads, and publishes nothing", async () => {
    const asked: string[] = [];
    const { send, published } = edge({ limit: async (kind, key) => asked.push(`${kind} ${key}`) < 1 });
    const { status, headers } = await send(JSON.stringify([stageChange]));
    expect([status, headers.get("retry-after")]).toEqual([429, "60000"]);
    expect(asked).toEqual(["source hubspot"]);
    expect(published).toEqual([]);
  });
  test("is not used up by strangers", async () => {
    const asked: string[] = [];
    await edge({ limit: async (_kind, key) => asked.push(key) > 0 }).send("[]", "AAAA");
    expect(asked).toEqual([]);
  });
  test("a limiter that is down limits nobody", async () => {
    const { send } = edge({ limit: async () => Promise.reject(new Error("down")) });
    expect((await send(JSON.stringify([stageChange]))).status).toBe(202);
  });
});
