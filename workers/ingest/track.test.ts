// The beacon over HTTP: what a browser gets to see.
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import type { Envelope } from "#contract/envelope.ts";
import type { AnyQueue } from "#runtime/publish.ts";
import { type IngestDeps, ingest } from "./ingest.ts";
import { SOURCES } from "./sources/registry.ts";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const URL_OF_TRACK = "https://edge.example.com/track";
const ORIGIN = "https://www.example.com";
const body = JSON.stringify({
  writeKey: "site-1",
  anonymousId: "a1",
  events: [{ id: "e1", type: "page", url: `${ORIGIN}/pricing`, at: NOW }],
});

function edge(overrides: Partial<IngestDeps> = {}) {
  const published: { queue: AnyQueue; envelopes: readonly Envelope[] }[] = [];
  const limited: string[] = [];
  const deps: IngestDeps = {
    sources: SOURCES,
    settings: { TRACK_WRITE_KEYS: "site-1", TRACK_ORIGINS: ORIGIN },
    publish: async (queue, envelopes) => void published.push({ queue, envelopes }),
    limit: async (kind, key) => limited.push(`${kind} ${key}`) > 0,
    shedLevel: async () => "none",
    raw: { put: () => Promise.reject(new Error("nothing of a stranger is kept")) },
    trackScript: "",
    log: () => {},
    now: () => NOW,
    newEventId: uuidv7,
    ...overrides,
  };
  const send = (init: RequestInit, url = URL_OF_TRACK) => ingest(new Request(url, { method: "POST", ...init }), deps);
  return { send, published, limited };
}
const headers = { origin: ORIGIN, "content-type": "text/plain;charset=UTF-8" };

describe("POST /track", () => {
  test.for(["text/plain;charset=UTF-8", "application/json"])("takes %s, and answers 204", async (type) => {
    const { send, published, limited } = edge();
    const response = await send({ headers: { ...headers, "content-type": type }, body });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(response.headers.get("vary")).toBe("Origin");
    expect(limited).toEqual(["source track", "key track:site-1"]);
    const [signals] = published;
    expect(signals).toMatchObject({
      queue: "signals-bulk",
      envelopes: [{ payload: { source: "track", confidence: 0.3, payload: { event: "page.viewed" } } }],
    });
  });
  test("a key over its limit waits a minute, and nothing is published", async () => {
    const { send, published } = edge({ limit: async () => false });
    const response = await send({ headers, body });
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("60");
    expect(response.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(published).toEqual([]);
  });
  test("a limiter that is down limits nobody", async () => {
    const { send } = edge({ limit: async () => Promise.reject(new Error("down")) });
    expect((await send({ headers, body })).status).toBe(204);
  });
  test("another origin is refused, and may not read why", async () => {
    const { send, limited } = edge();
    const response = await send({ headers: { origin: "https://evil.example" }, body });
    expect(response.status).toBe(403);
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
    expect(limited).toEqual([]);
  });
  test.for([
    ["a key that is none of ours", { headers, body: '{"writeKey":"x"}' }, 401],
    ["more than 64 KB", { headers, body: JSON.stringify({ writeKey: "site-1", pad: "x".repeat(65_536) }) }, 413],
    ["what is no event", { headers, body: '{"writeKey":"site-1"}' }, 400],
    ["bytes that are no UTF-8", { headers, body: new Uint8Array([0xff]) }, 401],
    ["GET", { method: "GET", headers }, 405],
  ] as const)("%s is refused in words", async ([, init, status]) => {
    const response = await edge().send(init);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });
  test("without its settings it says which one is missing", async () => {
    const response = await edge({ settings: { TRACK_WRITE_KEYS: "site-1" } }).send({ headers, body });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("TRACK_ORIGINS");
  });
  test("the hooks' own door does not lead around the limits", async () => {
    expect((await edge().send({ headers, body }, "https://edge.example.com/hooks/track")).status).toBe(404);
  });
});

describe("OPTIONS /track", () => {
  const preflight = (origin: string) => edge().send({ method: "OPTIONS", headers: { origin } });

  test("an allowed page may send JSON", async () => {
    const response = await preflight(ORIGIN);
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toEqual({
      "access-control-allow-origin": ORIGIN,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type",
      "access-control-max-age": "86400",
      vary: "Origin",
    });
  });
  test("any other is named nowhere", async () => {
    expect(Object.fromEntries((await preflight("https://evil.example")).headers)).toEqual({ vary: "Origin" });
  });
});
