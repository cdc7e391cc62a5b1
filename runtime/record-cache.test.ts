import { describe, expect, test } from "vitest";
import { cachedFetch, forgetRecord, type RecordCache } from "./record-cache.ts";

const BASE = "https://api.hubapi.com/crm/objects/2026-09";
const DEAL = `${BASE}/deals/100?properties=dealname`;

function setUp(respond: () => Response = () => Response.json({ id: "100", associations: [{ id: "300" }] })) {
  const world = { now: 1_000_000, respond };
  const cache: RecordCache = new Map();
  const counted: boolean[] = [];
  let calls = 0;
  const ports = {
    fetch: async () => {
      calls += 1;
      return world.respond();
    },
    now: () => world.now,
    count: (_system: string, hit: boolean) => void counted.push(hit),
  };
  const systemOf = (input: RequestInfo | URL) => (String(input).startsWith(BASE) ? { system: "hubspot" } : null);
  return { world, cache, counted, calls: () => calls, read: cachedFetch(cache, systemOf, ports) };
}

describe("a read", () => {
  test("is answered once for all who ask within its short life, and counted", async () => {
    const { read, calls, counted, world } = setUp();
    for (let signal = 0; signal < 10; signal += 1) expect(await (await read(DEAL)).json()).toMatchObject({ id: "100" });
    expect(calls()).toBe(1);
    expect(counted.filter(Boolean)).toHaveLength(9);
    world.now += 30_000;
    await read(DEAL);
    expect(calls()).toBe(2);
  });

  test("of many records at once is kept by its body", async () => {
    const { read, calls } = setUp();
    const batch = (id: string) =>
      read(`${BASE}/contacts/batch/read`, { method: "POST", body: JSON.stringify({ inputs: [{ id }] }) });
    await batch("201");
    await batch("201");
    await batch("202");
    expect(calls()).toBe(2);
  });

  test.each([404, 500, 429, 207])("that was answered with %i is asked again", async (status) => {
    const { read, calls } = setUp(() => new Response("{}", { status }));
    await read(DEAL);
    await read(DEAL);
    expect(calls()).toBe(2);
  });

  test("of something long, and of another system, is not kept", async () => {
    const { read, calls, cache } = setUp(() => new Response("x".repeat(20_001)));
    await read(DEAL);
    await read("https://elsewhere.example/1");
    expect([calls(), cache.size]).toEqual([2, 0]);
  });
});

test("what writes goes out each time", async () => {
  const { read, calls, counted } = setUp();
  for (const method of ["POST", "PATCH", "DELETE"]) {
    await read(`${BASE}/deals/100`, { method, body: "{}" });
    await read(`${BASE}/deals/100`, { method, body: "{}" });
  }
  expect([calls(), counted]).toEqual([6, []]);
});

describe("a record that changed", () => {
  test("is read again, with everything that names it", async () => {
    const { read, calls, cache, world } = setUp();
    await read(DEAL);
    await read(`${BASE}/companies/300`);
    forgetRecord(cache, "hubspot:300", world.now);
    await read(DEAL);
    expect(calls()).toBe(3);
    forgetRecord(cache, "hubspot:10", world.now);
    await read(DEAL);
    expect(calls()).toBe(3);
  });

  test("is not read again for a signal that fired well before it was read", async () => {
    const { read, calls, cache, world } = setUp();
    await read(DEAL);
    forgetRecord(cache, "hubspot:100", world.now - 6_000);
    await read(DEAL);
    expect(calls()).toBe(1);
  });
});

test("the cache keeps the newest and does not grow", async () => {
  const { read, cache } = setUp();
  for (let id = 0; id < 400; id += 1) await read(`${BASE}/deals/${id}`);
  expect(cache.size).toBe(300);
  expect(cache.has(`hubspot ${BASE}/deals/399 `)).toBe(true);
});
