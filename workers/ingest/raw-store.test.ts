import { expect, test } from "vitest";
import type { LogFields } from "#runtime/log.ts";
import { createGetRaw, type RawObjects } from "#runtime/read-raw.ts";
import type { Delivery } from "./raw-body.ts";
import { createRawStore, keepRaw, type RawBucket } from "./raw-store.ts";
import { hubspot } from "./sources/hubspot.ts";
import { track } from "./sources/track.ts";

/** A bucket in memory. */
function bucket(): RawBucket & RawObjects & { keys(): string[] } {
  const objects = new Map<string, { body: Uint8Array; customMetadata: Record<string, string> }>();
  return {
    put: async (key, body, { customMetadata }) => void objects.set(key, { body, customMetadata }),
    async get(key) {
      const object = objects.get(key);
      if (object === undefined) return null;
      return { ...object, arrayBuffer: async () => new Uint8Array(object.body).buffer };
    },
    keys: () => [...objects.keys()],
  };
}
const large: Delivery = {
  source: hubspot,
  headers: new Headers({ "content-type": "application/json" }),
  body: new Uint8Array(5_000).fill(32),
  receivedAtMs: Date.parse("2026-11-21T08:00:00.000Z"),
  correlationId: "4bf92f3577b34da6a3ce929d0e0e4736",
};

function ports(raw: RawBucket, limitMs?: number) {
  const logged: { event: string; fields: LogFields | undefined }[] = [];
  const log = (_level: string, event: string, fields?: LogFields) => void logged.push({ event, fields });
  return { raw: createRawStore(raw, limitMs), log, logged };
}

test("what is kept is read back with its metadata, and kept once however often it comes", async () => {
  const held = bucket();
  const given = ports(held);
  const key = await keepRaw(large, true, given);
  expect(await keepRaw({ ...large, receivedAtMs: large.receivedAtMs + 60_000 }, true, given)).toBe(key);
  expect(held.keys()).toEqual([key]);
  const get = createGetRaw(held);
  expect(await get(key ?? "")).toMatchObject({ body: large.body, metadata: { source: "hubspot" } });
  expect(await get("raw/none")).toBeNull();
});

test("what a stranger sends through the beacon is never kept", async () => {
  const held = bucket();
  expect(await keepRaw({ ...large, source: track }, false, ports(held))).toBeNull();
  expect(held.keys()).toEqual([]);
});

test.for([
  ["refuses", () => Promise.reject(new Error("10001 internal")), /10001/],
  ["does not answer", () => new Promise(() => {}), /no answer within 5 ms/],
] as const)("a bucket that %s is logged, and nothing is kept", async ([, put, reason]) => {
  const given = ports({ ...bucket(), put }, 5);
  expect(await keepRaw(large, true, given)).toBeNull();
  expect(given.logged).toMatchObject([{ event: "raw_not_kept", fields: { reason: expect.stringMatching(reason) } }]);
});
