import { expect, test } from "vitest";
import type { Envelope } from "#contract/envelope.ts";
import { parsePayload, rawReplay } from "#contract/messages.ts";
import { BEN, browser, ORIGIN } from "#web/sample-site.ts";
import type { ConsoleDeps } from "../deps.ts";
import type { RawFilter } from "../raw-bodies.ts";
import { sampleConsole } from "../sample-console.ts";

const KEY = `raw/hubspot/2026-11-21/${"a".repeat(26)}`;
const DAY = { source: "hubspot", from: "2026-11-21T00:00:00.000Z", to: "2026-11-22T00:00:00.000Z" };

/** A desk over a bucket that holds `keys`. */
function over(keys: readonly string[], changes: Partial<ConsoleDeps> = {}) {
  const published: Envelope[] = [];
  const filters: RawFilter[] = [];
  const { site } = sampleConsole(
    {},
    {
      rawBodies: {
        has: async (key) => keys.includes(key),
        find: async (filter, most) => {
          filters.push(filter);
          return { keys: keys.slice(0, most), more: keys.length > most };
        },
      },
      publish: async (queue, envelopes) => {
        expect(queue).toBe("replays");
        published.push(...envelopes);
      },
      ...changes,
    },
  );
  const post = async (path: string, body: unknown = {}, headers: Record<string, string> = {}) => {
    const response = await site.request(`${ORIGIN}/api/raw/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  return { post, published, filters };
}

test.for([KEY, encodeURIComponent(KEY)])("one raw body is queued by %s", async (path) => {
  const { post, published } = over([KEY]);
  expect(await post(`${path}/replay`)).toEqual({ status: 202, body: { queued: 1 } });
  expect(published.map((envelope) => parsePayload(rawReplay, envelope))).toMatchObject([
    {
      ok: true,
      event: {
        correlation_id: "f".repeat(32),
        payload: { key: KEY, requested_by: "operator@localhost", requested_at: "2026-11-21T12:00:00.000Z" },
      },
    },
  ]);
});

test.for(["nothing", "raw/hubspot/../../secret", KEY.replace("hubspot", "gong")])(
  "%s is a 404 that says how long they are kept",
  async (key) => {
    const { post, published } = over([KEY]);
    const { status, body } = await post(`${encodeURIComponent(key)}/replay`);
    expect([status, body.detail]).toEqual([404, expect.stringContaining("30 days")]);
    expect(published).toEqual([]);
  },
);

test("those of a source and a time are counted first, then queued", async () => {
  const keys = [KEY, KEY.replace("-21", "-20")];
  const { post, published, filters } = over(keys);
  expect(await post("replay", { ...DAY, dry_run: true })).toEqual({ status: 200, body: { count: 2 } });
  expect(published).toEqual([]);
  expect(await post("replay", DAY)).toEqual({ status: 202, body: { queued: 2 } });
  expect(published.map(({ payload }) => payload)).toMatchObject(keys.map((key) => ({ key })));
  expect(filters[0]).toMatchObject(DAY);
});

test("a mail is queued for whoever reads mail", async () => {
  const queues: string[] = [];
  const mail = KEY.replace("hubspot", "email");
  const { post } = over([mail], { publish: async (queue) => void queues.push(queue) });
  expect((await post(`${encodeURIComponent(mail)}/replay`)).status).toBe(202);
  expect(queues).toEqual(["mail-replays"]);
});

test("more than ten thousand are not begun", async () => {
  const { post, published } = over(Array.from({ length: 10_001 }, () => KEY));
  const { status, body } = await post("replay", DAY);
  expect([status, body.errors]).toMatchObject([422, [{ detail: expect.stringContaining("shorter time") }]]);
  expect(published).toEqual([]);
});

test.for([
  ["no source", { ...DAY, source: undefined }, "/source"],
  ["a path for a source", { ...DAY, source: "../secret" }, "/source"],
  ["a day for an instant", { ...DAY, from: "2026-11-21" }, "/from"],
  ["a time that runs backwards", { ...DAY, from: DAY.to, to: DAY.from }, "/to"],
  ["a year", { ...DAY, from: "2025-11-21T00:00:00.000Z" }, "/from"],
] as const)("%s is refused with a pointer", async ([, body, pointer]) => {
  const answer = await over([KEY]).post("replay", body);
  expect([answer.status, answer.body.errors]).toMatchObject([422, [{ pointer }]]);
});

test("only an operator may", async () => {
  const { post, published } = over([KEY]);
  const { cookie = "" } = await browser(BEN);
  for (const path of [`${KEY}/replay`, "replay"]) {
    expect(await post(path, DAY, { cookie, "sec-fetch-site": "same-origin" })).toMatchObject({ status: 403 });
  }
  expect(published).toEqual([]);
});

test("a queue that refuses is a 503", async () => {
  const { post } = over([KEY], { publish: () => Promise.reject(new Error("10250 overloaded")) });
  const { status, body } = await post(`${KEY}/replay`);
  expect([status, body.type]).toEqual([503, "urn:dealwire:problem:not-queued"]);
  expect(body.detail).not.toContain("10250");
});
