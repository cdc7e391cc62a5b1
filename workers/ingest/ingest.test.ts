import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { Envelope } from "#contract/envelope.ts";
import { deadLetter, type Message, parsePayload, signalReceived } from "#contract/messages.ts";
import { MAX_EVENT_BYTES } from "#contract/queues.ts";
import type { LogFields } from "#runtime/log.ts";
import type { AnyQueue } from "#runtime/publish.ts";
import { type IngestDeps, ingest } from "./ingest.ts";
import { SOURCES } from "./sources/registry.ts";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const ORIGIN = "https://edge.example.com";
const STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const stageChange = JSON.parse(
  readFileSync(`${import.meta.dirname}/../../tests/payloads/hubspot/deal.propertyChange.dealstage.json`, "utf8"),
)[0];

/** The Worker's surroundings: queues that keep what they are given, or refuse it. */
function edge(overrides: Partial<IngestDeps> = {}, refusing: AnyQueue | null = null) {
  const published: { queue: AnyQueue; envelopes: Envelope[] }[] = [];
  const logged: { event: string; fields: LogFields | undefined }[] = [];
  const deps: IngestDeps = {
    sources: SOURCES,
    settings: { PUBLIC_URL: ORIGIN, HUBSPOT_CLIENT_SECRET: "secret", STANDARD_WEBHOOKS_SECRETS: STANDARD_SECRET },
    publish: async (queue, envelopes) => {
      if (envelopes.length === 0) return;
      if (queue === refusing) throw new Error("10250 Queue is overloaded");
      published.push({ queue, envelopes: [...envelopes] });
    },
    limit: async () => true,
    shedLevel: async () => "none",
    raw: { put: async () => {} },
    trackScript: "",
    log: (_level, event, fields) => logged.push({ event, fields }),
    now: () => NOW,
    newEventId: uuidv7,
    ...overrides,
  };
  const on = (queue: AnyQueue) =>
    published.filter((sent) => sent.queue === queue).flatMap(({ envelopes }) => envelopes);
  const send = async (request: Request) => {
    const response = await ingest(request, deps);
    return { status: response.status, headers: response.headers, body: JSON.parse((await response.text()) || "null") };
  };
  return { send, on, published, logged };
}

function signed(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, at = NOW): Request {
  const hmac = createHmac("sha256", "secret").update(`POST${ORIGIN}/hooks/hubspot`).update(body).update(String(at));
  return new Request(`${ORIGIN}/hooks/hubspot`, {
    method: "POST",
    body,
    headers: {
      "x-hubspot-signature-v3": hmac.digest("base64"),
      "x-hubspot-request-timestamp": String(at),
      ...headers,
    },
  });
}
const events = (...list: readonly unknown[]) => signed(JSON.stringify(list));
function message(body: unknown): Request {
  const text = JSON.stringify(body);
  const signature = new Webhook(STANDARD_SECRET).sign("msg_1", new Date(NOW), text);
  const headers = { "webhook-id": "msg_1", "webhook-timestamp": String(NOW / 1000), "webhook-signature": signature };
  return new Request(`${ORIGIN}/hooks/standard`, { method: "POST", body: text, headers });
}
function payloadsOf(envelopes: readonly Envelope[], schema: Message<typeof signalReceived.schema>) {
  return envelopes.map((envelope) => parsePayload(schema, Envelope.parse(envelope)));
}

describe("what is taken", () => {
  test("a signal is answered with its ids after it is published", async () => {
    const { send, on, published } = edge();
    const { status, body } = await send(events(stageChange));
    expect(status).toBe(202);
    expect(body).toEqual({ accepted: 1, ignored: 0, rejected: 0, signals: [expect.anything()] });
    expect(published.map(({ queue }) => queue)).toEqual(["signals"]);
    const [signal] = payloadsOf(on("signals"), signalReceived);
    expect(signal).toMatchObject({
      ok: true,
      event: {
        priority: "high",
        causation_id: null,
        correlation_id: body.signals[0].correlation_id,
        payload: {
          signal_id: body.signals[0].signal_id,
          source: "hubspot",
          urgency: "high",
          confidence: 1,
          received_at: "2026-11-21T08:00:00.000Z",
          raw_ref: null,
        },
      },
    });
  });
  test("a redelivery is the same signal in the same trail", async () => {
    const first = await edge().send(events(stageChange));
    const later = edge({ now: () => NOW + 60_000 });
    const again = await later.send(events({ ...stageChange, attemptNumber: 3 }));
    expect(again.body.signals).toEqual(first.body.signals);
  });
  test("every event of a request is counted once", async () => {
    const { send, on, logged } = edge();
    const unknown = { ...stageChange, subscriptionType: "event.completed" };
    const broken = { ...stageChange, objectId: {} };
    const { status, body } = await send(
      events(stageChange, broken, stageChange, unknown, { ...stageChange, eventId: 2 }),
    );
    expect(status).toBe(202);
    expect(body).toMatchObject({ accepted: 2, ignored: 2, rejected: 1 });
    expect(on("signals")).toHaveLength(2);
    expect(logged).toMatchObject([{ event: "received", fields: { ignored_names: "duplicate event.completed" } }]);
    expect(deadLetter.schema.parse(on("signals-dead")[0]?.payload)).toMatchObject({
      queue: "signals",
      stage: "ingest",
      code: "invalid_event",
      reason: expect.stringMatching(/^\/1\/objectId: /),
      signal_id: null,
      event: broken,
    });
  });
  test("a hundred events are published in one call a queue", async () => {
    const { send, published } = edge();
    const list = Array.from({ length: 100 }, (_, eventId) => ({ ...stageChange, eventId }));
    expect((await send(events(...list))).body).toMatchObject({ accepted: 100 });
    expect(published.map(({ queue, envelopes }) => [queue, envelopes.length])).toEqual([["signals", 100]]);
  });
  test("an empty array is taken as nothing", async () => {
    const { send, published } = edge();
    expect(await send(events())).toMatchObject({ status: 202, body: { accepted: 0, signals: [] } });
    expect(published).toEqual([]);
  });
  test("the content type and a byte order mark do not matter", async () => {
    const { send } = edge();
    const request = signed(`\uFEFF${JSON.stringify([stageChange])}`, { "content-type": "text/plain" });
    expect(await send(request)).toMatchObject({ status: 202, body: { accepted: 1 } });
  });
  test("an event too large for a queue is a dead letter that keeps its beginning", async () => {
    const { send, on } = edge();
    const topics = Array.from({ length: 100 }, () => "価".repeat(200));
    const { status, body } = await send(message({ type: "intent.surged", data: { topics, competitors: topics } }));
    expect(status).toBe(202);
    expect(body).toMatchObject({ accepted: 0, rejected: 1 });
    const [dead] = on("signals-dead");
    expect(JSON.stringify(dead).length).toBeLessThan(MAX_EVENT_BYTES);
    expect(dead?.payload).toMatchObject({
      signal_id: expect.stringMatching(/^sig_/),
      reason: expect.stringMatching(/at most 100000.*are kept as text/),
      event: expect.stringMatching(/^{"type":"intent.surged"/),
    });
  });
  test("an event of a megabyte that is not understood still fits its dead letter", async () => {
    const { send, on } = edge();
    const { body } = await send(events({ ...stageChange, objectId: {}, propertyValue: '"\\\u0001'.repeat(250_000) }));
    expect(body).toMatchObject({ rejected: 1 });
    expect(Buffer.byteLength(JSON.stringify(on("signals-dead")[0]))).toBeLessThanOrEqual(MAX_EVENT_BYTES);
  });
});

describe("what is refused", () => {
  const post = (path: string, init: RequestInit = {}) => new Request(ORIGIN + path, { method: "POST", ...init });
  const hundredAndOne = Array.from({ length: 101 }, () => stageChange);
  const unsigned = post("/hooks/hubspot", { body: "[]" });
  const forged = signed("[]", { "x-hubspot-signature-v3": "AAAA" });
  const old = signed("[]", {}, NOW - 360_000);

  test.for([
    ["no signature", unsigned, 401, "missing-signature", /No X-HubSpot-Signature-v3/],
    ["a wrong signature", forged, 401, "bad-signature", /HUBSPOT_CLIENT_SECRET/],
    ["a signature six minutes old", old, 401, "stale", /within 5 minutes/],
    ["no JSON", signed("<xml/>"), 400, "not-understood", /not JSON/],
    ["no UTF-8", signed(Uint8Array.of(0x5b, 0xff, 0x5d)), 400, "not-utf8", /UTF-8/],
    ["101 events", events(...hundredAndOne), 400, "not-understood", /101 events.*at most 100/],
    ["six megabytes", signed("x".repeat(6_000_000)), 413, "too-large", /5000000 bytes; send fewer/],
    ["an unknown source", post("/hooks/fax"), 404, "unknown-source", /hubspot, standard/],
    ["a source named like a property", post("/hooks/constructor"), 404, "unknown-source", /hubspot/],
    ["another page", post("/hooks/hubspot/more"), 404, "not-found", /POST \/hooks/],
    ["a message without a type", message({ data: {} }), 400, "not-understood", /\/type/],
  ] as const)("%s", async ([, request, status, slug, detail]) => {
    const { send, published, logged } = edge();
    const answer = await send(request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({
      type: `urn:dealwire:problem:${slug}`,
      status,
      detail: expect.stringMatching(detail),
      correlation_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(published).toEqual([]);
    expect(logged).toHaveLength(1);
  });
  test("what is wrong with a body is listed with pointers", async () => {
    const { body } = await edge().send(message({ type: "a.b", data: { score: 720, url: 7 } }));
    expect(body.errors).toMatchObject([{ pointer: "/data/score" }, { pointer: "/data/url" }]);
  });
  test("a GET on a hook names the method to use", async () => {
    const { status, headers } = await edge().send(new Request(`${ORIGIN}/hooks/hubspot`));
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });
  test.for([
    ["hubspot", "HUBSPOT_CLIENT_SECRET"],
    ["hubspot", "PUBLIC_URL"],
    ["standard", "STANDARD_WEBHOOKS_SECRETS"],
  ] as const)("%s takes nothing while %s is not set", async ([source, name]) => {
    const set = { PUBLIC_URL: ORIGIN, HUBSPOT_CLIENT_SECRET: "secret", STANDARD_WEBHOOKS_SECRETS: STANDARD_SECRET };
    const { send, logged } = edge({ settings: { ...set, [name]: "" } });
    const { status, body } = await send(post(`/hooks/${source}`, { body: "[]" }));
    expect(status).toBe(503);
    expect(body.detail).toMatch(new RegExp(`${name} is not set; see docs/configuration.md`));
    expect(logged).toMatchObject([{ event: "not_configured", fields: { source } }]);
  });
  test.for(["signals", "signals-dead"] as const)("nothing is answered with 2xx while %s refuses", async (queue) => {
    const { send, logged } = edge({}, queue);
    const { status, headers, body } = await send(events(stageChange, {}));
    expect(status).toBe(503);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(body.detail).not.toContain("10250");
    expect(logged).toMatchObject([{ event: "queue_refused", fields: { reason: expect.stringContaining("10250") } }]);
  });
  test("a fault of ours is a problem document too, and says nothing of itself", async () => {
    const crashing = SOURCES.map((source) => ({ ...source, verify: () => Promise.reject(new Error("secret thing")) }));
    const { send, logged } = edge({ sources: crashing });
    const { status, body } = await send(events());
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain("secret thing");
    expect(logged).toMatchObject([{ event: "crashed" }]);
  });
});

describe("the rest", () => {
  test("healthz answers GET and HEAD", async () => {
    const url = `${ORIGIN}/healthz`;
    expect(await edge().send(new Request(url))).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await edge().send(new Request(url, { method: "HEAD" }))).toMatchObject({ status: 200, body: null });
    expect((await edge().send(new Request(url, { method: "POST" }))).headers.get("allow")).toBe("GET, HEAD");
  });
  test("a problem goes on with the sender's trace, where that is one", async () => {
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const correlationOf = async (traceparent: string) => {
      const request = new Request(`${ORIGIN}/nowhere`, { headers: { traceparent } });
      return (await edge().send(request)).body.correlation_id;
    };
    expect(await correlationOf(`00-${trace}-00f067aa0ba902b7-01`)).toBe(trace);
    for (const odd of ["", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`, `ff-${trace}-00f067aa0ba902b7-01`, trace]) {
      expect(await correlationOf(odd)).not.toBe(trace);
    }
  });
});
