import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { UpstreamAsk, UpstreamRpc } from "#contract/upstream.ts";
import { callJson } from "./http.ts";
import { guardedFetch, type UpstreamLocals } from "./upstream-fetch.ts";
import { readPolicy, type UpstreamPolicy } from "./upstream-limits.ts";
import { exchange, newUpstream } from "./upstream-state.ts";

const HUBSPOT = readPolicy("hubspot", "").policy;
const URL = "https://api.hubapi.com/crm/objects/2026-09/deals/1";

/** A system, its Upstream object, and isolates that call it. */
function setUp(
  policy: UpstreamPolicy = HUBSPOT,
  respond: () => Response | Promise<Response> = () => new Response("{}"),
) {
  const world = { now: 1_000_000, respond, reachable: true };
  const calls: number[] = [];
  const asks: UpstreamAsk[] = [];
  const logged: string[] = [];
  let state = newUpstream(world.now);
  const rpc: Pick<UpstreamRpc, "exchange"> = {
    async exchange(ask) {
      if (!world.reachable) throw new Error("Durable Object is overloaded.");
      asks.push(ask);
      const result = exchange(state, ask, world.now, policy);
      state = result.state;
      return result.answer;
    },
  };
  const send: typeof fetch = async () => {
    calls.push(world.now);
    return world.respond();
  };
  /** A new batch, in a new isolate unless `locals` are another's. */
  const batch = (locals: UpstreamLocals = new Map()) =>
    guardedFetch(locals, {
      fetch: send,
      now: () => world.now,
      log: (_level, event) => void logged.push(event),
      upstream: () => rpc,
      targetOf: (input) =>
        String(input).startsWith("https://api.hubapi.com") ? { system: "hubspot", keys: ["all"] } : null,
    });
  return { world, calls, asks, logged, batch, state: () => state };
}

describe("a guarded call", () => {
  test("costs no round trip of its own: ten share one question", async () => {
    const { batch, asks, calls } = setUp();
    const guarded = batch();
    await Promise.all(Array.from({ length: 30 }, () => guarded(URL)));
    expect([calls.length, asks.length]).toEqual([30, 3]);
    expect(asks.map(({ seen }) => seen.answered).reduce((sum, n) => sum + n, 0)).toBeLessThan(30);
  });

  test("goes out unguarded to an address that is no system's", async () => {
    const { batch, asks } = setUp();
    await batch()("https://elsewhere.example/");
    expect(asks).toEqual([]);
  });

  test("that a limit holds back is not made, and says so to the connector", async () => {
    const { batch, calls } = setUp({ ...HUBSPOT, limits: { all: { max: 1, windowMs: 10_000 } } });
    const guarded = batch();
    await guarded(URL);
    const result = await callJson({ method: "GET", url: URL }, { fetch: guarded, now: Date.now });
    expect(calls).toHaveLength(1);
    expect(result).toMatchObject({
      failure: { kind: "unavailable", status: 429, deferred: true, effectUnknown: false },
    });
    expect(result).toMatchObject({
      failure: { retryAfterSeconds: 12, reason: expect.stringContaining("its limit is reached") },
    });
  });

  test("passes on an answer and an exception as they are", async () => {
    const { batch, world } = setUp();
    world.respond = () => new Response("down", { status: 503, headers: { "x-a": "b" } });
    const answer = await batch()(URL);
    expect([answer.status, answer.headers.get("x-a"), await answer.text()]).toEqual([503, "b", "down"]);
    world.respond = () => Promise.reject(new Error("connection reset"));
    await expect(batch()(URL)).rejects.toThrow("connection reset");
  });
});

describe("an outage", () => {
  test("costs a handful of calls over all isolates, and one more each time the breaker probes", async () => {
    const { batch, calls, world } = setUp(HUBSPOT, () => new Response("", { status: 503 }));
    const isolates = Array.from({ length: 8 }, () => batch());
    for (let signal = 0; signal < 500; signal += 1) await isolates[signal % 8]?.(URL);
    expect(calls).toHaveLength(10);
    world.now += 300_000;
    for (let signal = 0; signal < 500; signal += 1) await isolates[signal % 8]?.(URL);
    expect(calls).toHaveLength(11);
    world.now += 300_000;
    world.respond = () => new Response("{}");
    expect((await isolates[0]?.(URL))?.status).toBe(200);
    expect((await isolates[0]?.(URL))?.status).toBe(200);
  });

  test("is the same when calls run side by side", async () => {
    const { batch, calls } = setUp(HUBSPOT, () => new Response("", { status: 503 }));
    const isolates = Array.from({ length: 4 }, () => batch());
    await Promise.all(Array.from({ length: 500 }, (_, signal) => isolates[signal % 4]?.(URL)));
    expect(calls.length).toBeLessThanOrEqual(60);
  });

  test("is known to other isolates within two seconds", async () => {
    const { batch, calls, world } = setUp();
    const healthy = batch();
    await healthy(URL);
    world.respond = () => new Response("", { status: 500 });
    const other = batch();
    for (let call = 0; call < 20; call += 1) await other(URL);
    const before = calls.length;
    world.now += 2_001;
    expect((await healthy(URL)).headers.get("dealwire-deferred")).toBe("breaker");
    expect(calls).toHaveLength(before);
  });
});

describe("a 429", () => {
  test("holds the calls of all isolates for as long as it says and opens nothing", async () => {
    const { batch, calls, world, state } = setUp();
    world.respond = () => new Response("", { status: 429, headers: { "retry-after": "20" } });
    await batch()(URL);
    world.respond = () => new Response("{}");
    expect((await batch()(URL)).headers.get("retry-after")).toBe("20");
    expect(calls).toHaveLength(1);
    expect(state().breaker.kind).toBe("closed");
    world.now += 20_000;
    expect((await batch()(URL)).status).toBe(200);
  });
});

describe("without its Upstream object", () => {
  test("calls go on, and the isolate keeps limit and breaker by itself", async () => {
    const { batch, calls, world, logged } = setUp();
    world.reachable = false;
    const guarded = batch();
    for (let call = 0; call < 250; call += 1) await guarded(URL);
    expect(calls).toHaveLength(190);
    expect(logged).toContain("upstream_object_unreachable");
    world.now += 20_000;
    world.respond = () => new Response("", { status: 500 });
    for (let call = 0; call < 50; call += 1) await guarded(URL);
    expect(calls).toHaveLength(200);
    world.reachable = true;
    world.now += 2_001;
    world.respond = () => new Response("{}");
    expect((await guarded(URL)).status).toBe(200);
  });
});

test("in no ten seconds do all isolates together make more calls than the limit", async () => {
  const step = fc.record({
    isolate: fc.nat(4),
    wait: fc.integer({ min: 0, max: 700 }),
    calls: fc.integer({ min: 1, max: 25 }),
  });
  const policy = { ...HUBSPOT, limits: { all: { max: 40, windowMs: 10_000 } } };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { batch, calls, world } = setUp(policy);
      const isolates = Array.from({ length: 5 }, () => batch());
      for (const { isolate, wait, calls: wanted } of steps) {
        world.now += wait;
        await Promise.all(Array.from({ length: wanted }, () => isolates[isolate]?.(URL)));
      }
      for (const start of calls) {
        expect(calls.filter((at) => at >= start && at < start + 10_000).length).toBeLessThanOrEqual(40);
      }
    }),
    { numRuns: 60 },
  );
});
