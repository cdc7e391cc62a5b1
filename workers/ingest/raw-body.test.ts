import { expect, test } from "vitest";
import { RawKey, RawMetadata } from "#contract/raw-body.ts";
import { type Delivery, keptHeaders, rawBodyOf, reasonToKeep } from "./raw-body.ts";
import { hubspot } from "./sources/hubspot.ts";

const delivery = (fields: Partial<Delivery> = {}): Delivery => ({
  source: hubspot,
  headers: new Headers({ "content-type": "application/json" }),
  body: new TextEncoder().encode("[]"),
  receivedAtMs: Date.parse("2026-11-21T23:59:59.999Z"),
  correlationId: "4bf92f3577b34da6a3ce929d0e0e4736",
  ...fields,
});
const keyOf = async (fields: Partial<Delivery>) => (await rawBodyOf(delivery(fields), "large")).key;

test.for([
  [{}, 4_096, true, null],
  [{}, 4_097, true, "large"],
  [{}, 10, false, "not_understood"],
  [{}, 10_000, false, "not_understood"],
  [{ keepRaw: true }, 10, true, "kept"],
  [{ keepRaw: false }, 60_000, false, null],
] as const)("%o with %i bytes, understood: %s", ([source, bytes, understood, reason]) => {
  expect(reasonToKeep(source, bytes, understood)).toBe(reason);
});

test("the key names source and day of arrival, and the metadata keeps its contract", async () => {
  const { key, metadata } = await rawBodyOf(delivery(), "not_understood");
  expect(RawKey.parse(key)).toMatch(/^raw\/hubspot\/2026-11-21\//);
  expect(RawMetadata.parse(metadata)).toMatchObject({ source: "hubspot", reason: "not_understood" });
});

test("a redelivery has the same key; another body or another event in the headers has not", async () => {
  const headers = (id: string, timestamp: string) =>
    new Headers({ "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${timestamp}` });
  const first = await keyOf({ headers: headers("msg_1", "1") });
  expect(await keyOf({ headers: headers("msg_1", "2"), receivedAtMs: Date.parse("2026-11-21T08:00:00Z") })).toBe(first);
  expect(await keyOf({ headers: headers("msg_2", "1") })).not.toBe(first);
  expect(await keyOf({ headers: headers("msg_1", "1"), body: new Uint8Array(2) })).not.toBe(first);
});

test("no secret and no signature is kept", () => {
  const headers = new Headers({
    authorization: "Bearer secret",
    cookie: "secret",
    "x-hubspot-signature-v3": "secret",
    "x-signature": "secret",
    "svix-signature": "secret",
    "svix-timestamp": "1",
    "svix-id": "msg_1",
    "ce-id": "7",
    "content-type": "application/json",
  });
  const kept = Object.fromEntries(keptHeaders(headers));
  expect(JSON.stringify(kept)).not.toContain("secret");
  expect(kept).toEqual({
    "ce-id": "7",
    "content-type": "application/json",
    "svix-id": "msg_1",
    "svix-signature": "verified",
    "svix-timestamp": "verified",
  });
});
