// The Upstream object on the platform itself: what survives an eviction, what is stored and what is told.
/// <reference path="../worker-configuration.d.ts" />
/// <reference types="@cloudflare/vitest-plugin/types" />
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { NOTHING_SEEN } from "#runtime/upstream-response.ts";
import type { Upstream } from "./upstream.ts";

type Stub = DurableObjectStub<Upstream>;
const ask = (stub: Stub, keys: string[], seen = {}) => stub.exchange({ keys, seen: { ...NOTHING_SEEN, ...seen } });
const stored = (stub: Stub) =>
  runInDurableObject(stub, (_object, { storage }) => Array.from(storage.kv.list(), ([key]) => key));

async function advance(stub: Stub, ms: number): Promise<void> {
  await runInDurableObject(stub, (object: Upstream) => {
    object.ports.now = () => Date.now() + ms;
  });
}

it("keeps an open breaker over an eviction, probes when its time is over, and forgets it when the probe is answered", async () => {
  const hubspot = env.UPSTREAM.getByName("hubspot");
  await ask(hubspot, [], { failed: 10 });
  await evictDurableObject(hubspot);
  expect(await ask(hubspot, ["all"])).toMatchObject({ ok: false, why: "breaker" });
  expect((await hubspot.status()).breaker).toMatchObject({ state: "open", since: expect.any(String) });
  await advance(hubspot, 300_000);
  expect(await ask(hubspot, ["all"])).toMatchObject({ ok: true, probe: true });
  await ask(hubspot, [], { answered: 1, probe: "answered" });
  expect(await ask(hubspot, ["all"])).toMatchObject({ ok: true, probe: false });
  expect(await stored(hubspot)).toEqual([]);
});

it("is one for all isolates of a system, and another for another system", async () => {
  await ask(env.UPSTREAM.getByName("slack"), [], { failed: 10 });
  expect(await ask(env.UPSTREAM.getByName("slack"), ["all"])).toMatchObject({ ok: false });
  expect(await ask(env.UPSTREAM.getByName("outreach"), ["all"])).toMatchObject({ ok: true });
});

it("remembers a rep's mails of the day over an eviction, and stores nothing of a short limit", async () => {
  const gmail = env.UPSTREAM.getByName("gmail");
  const key = "mails:ana%40northwind.example";
  for (let mail = 0; mail < 500; mail += 1) await ask(gmail, [key]);
  await evictDurableObject(gmail);
  expect(await ask(gmail, [key])).toMatchObject({ ok: false, why: "limit" });
  expect(await ask(gmail, ["mails:bo%40northwind.example"])).toMatchObject({ ok: true });
  const search = env.UPSTREAM.getByName("hubspot");
  await ask(search, ["all", "search"]);
  expect(await stored(search)).toEqual([]);
});

it("keeps a long pause over an eviction", async () => {
  const salesforce = env.UPSTREAM.getByName("salesforce");
  await ask(salesforce, [], { answered: 1, pause: { key: "all", ms: 300_000 } });
  await evictDurableObject(salesforce);
  expect(await ask(salesforce, ["all"])).toMatchObject({ ok: false, why: "limit" });
});

it("hands out one login, and never stores or shows a token", async () => {
  const msgraph = env.UPSTREAM.getByName("msgraph");
  const answers = await Promise.all([1, 2, 3].map(() => msgraph.token("app", null)));
  expect(answers.filter(({ kind }) => kind === "login")).toHaveLength(1);
  await msgraph.keepToken("app", { token: "very-secret", valid_ms: 3_600_000 });
  expect(await msgraph.token("app", null)).toMatchObject({ kind: "token", token: "very-secret" });
  expect(await stored(msgraph)).toEqual([]);
  const status = await msgraph.status();
  expect(status.tokens).toEqual([{ account: "app", expires_at: expect.any(String) }]);
  expect(JSON.stringify(status)).not.toContain("very-secret");
  await evictDurableObject(msgraph);
  expect(await msgraph.token("app", null)).toEqual({ kind: "login" });
});

it("keeps what a rotating login left over an eviction, for whoever logs in next", async () => {
  const outreach = env.UPSTREAM.getByName("outreach");
  expect(await outreach.token("app", null)).toEqual({ kind: "login" });
  await outreach.keepToken("app", { token: "t1", valid_ms: 0, renewal: "sealed-1" });
  await evictDurableObject(outreach);
  expect(await outreach.token("app", null)).toEqual({ kind: "login", renewal: "sealed-1" });
  expect(await stored(outreach)).toContain("renewal:app");
});

it("shows what it knows: limits in use, refused credentials, calls and cache", async () => {
  const hubspot = env.UPSTREAM.getByName("hubspot");
  await ask(hubspot, ["all"], {
    answered: 3,
    credentials: "refused",
    cache: { hits: 9, misses: 1 },
    limit: { max: 100, window_ms: 10_000 },
  });
  const status = await hubspot.status();
  expect(status).toMatchObject({ system: "hubspot", cache: { hits: 9, misses: 1 } });
  expect(status.credentials).toEqual({ state: "refused", since: expect.any(String) });
  expect(status.limits[0]).toEqual({ kind: "all", max: 100, window_ms: 10_000, keys: 1, exhausted: 0 });
});
