// Raw bodies of which nothing was understood are looked through for somebody, and no others.
import { expect, test } from "vitest";
import { findRawBodies, type RawBucket } from "./raw-search.ts";

const keyOf = (source: string, letter: string) => `raw/${source}/2026-11-21/${letter.repeat(26)}`;

function bucketOf(bodies: Readonly<Record<string, string>>, reason = "not_understood") {
  const read: string[] = [];
  const bucket: RawBucket = {
    list: async ({ startAfter = "" }) => ({
      objects: Object.keys(bodies)
        .filter((key) => key > startAfter)
        .map((key) => ({ key, customMetadata: { reason } })),
      truncated: false,
    }),
    get: async (key) => {
      read.push(key);
      return { text: async () => bodies[key] ?? "" };
    },
    delete: async () => {},
  };
  return { bucket, read };
}

test.each([
  ["by address", "segment", '{"traits":{"email":"kim@acme.test"', true],
  ["by an address as a form has it", "slack", "payload=%7B%22email%22%3A%22Kim%40acme.test%22%7D", true],
  ["by the id that its own system gave them", "hubspot", '[{"objectId":42,', true],
  ["not by another's id", "hubspot", '[{"objectId":421,', false],
  ["not by the same id in another system", "segment", '{"userId":42', false],
])("somebody is found %s", async (_how, source, body, found) => {
  const key = keyOf(source, "b");
  const { bucket } = bucketOf({ [key]: body });
  const names = new Set(["hubspot:42", "kim@acme.test"]);
  expect(await findRawBodies(bucket, names, null)).toEqual({ keys: found ? [key] : [], next: null });
});

test("what was understood is not read: its signals name it", async () => {
  const { bucket, read } = bucketOf({ [keyOf("gong", "c")]: "kim@acme.test" }, "large");
  expect(await findRawBodies(bucket, new Set(["kim@acme.test"]), null)).toEqual({ keys: [], next: null });
  expect(read).toEqual([]);
});

test("a look goes on after the key where it stopped", async () => {
  const [first, second] = [keyOf("gong", "c"), keyOf("gong", "d")];
  const { bucket, read } = bucketOf({ [first]: "kim@acme.test", [second]: "kim@acme.test" });
  expect(await findRawBodies(bucket, new Set(["kim@acme.test"]), first)).toEqual({ keys: [second], next: null });
  expect(read).toEqual([second]);
});
