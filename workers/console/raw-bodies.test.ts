import { expect, test } from "vitest";
import { createRawBodies, type RawBucket } from "./raw-bodies.ts";

type Kept = { day: string; receivedAt: string | null };
const EVERYTHING = { source: "hubspot", from: "2026-11-20T00:00:00.000Z", to: "2026-11-22T00:00:00.000Z" };

/** The listing of a bucket that answers two objects a page; `asked` are the prefixes. */
function bucket(objects: readonly Kept[]) {
  const asked: string[] = [];
  const all = objects.map(({ day, receivedAt }, index) => ({
    key: `raw/hubspot/${day}/${String(index).padStart(26, "a")}`,
    customMetadata: receivedAt === null ? {} : { received_at: receivedAt },
    uploaded: new Date(`${day}T12:00:00.000Z`),
  }));
  const list: RawBucket["list"] = async ({ prefix, cursor = "0" }) => {
    asked.push(prefix);
    const matching = all.filter(({ key }) => key.startsWith(prefix));
    const start = Number(cursor);
    const truncated = start + 2 < matching.length;
    return {
      objects: matching.slice(start, start + 2),
      truncated,
      ...(truncated && { cursor: String(start + 2) }),
    };
  };
  const head = async (key: string) => all.find((object) => object.key === key) ?? null;
  return { bodies: createRawBodies({ list, head }), asked, keys: all.map(({ key }) => key) };
}
const on = (day: string, time = "10:00:00.000"): Kept => ({ day, receivedAt: `${day}T${time}Z` });

test("every page of every day is looked through", async () => {
  const { bodies, asked, keys } = bucket([...Array.from({ length: 5 }, () => on("2026-11-20")), on("2026-11-21")]);
  expect(await bodies.find(EVERYTHING, 100)).toEqual({ keys, more: false });
  expect(new Set(asked)).toEqual(new Set(["raw/hubspot/2026-11-20/", "raw/hubspot/2026-11-21/"]));
  expect(asked).toHaveLength(4);
});

test("the time counts to the millisecond, from inclusive and to exclusive", async () => {
  const { bodies, keys } = bucket(
    ["09:59:59.999", "10:00:00.000", "10:59:59.999", "11:00:00.000"].map((time) => on("2026-11-21", time)),
  );
  const hour = { source: "hubspot", from: "2026-11-21T10:00:00.000Z", to: "2026-11-21T11:00:00.000Z" };
  expect((await bodies.find(hour, 100)).keys).toEqual(keys.slice(1, 3));
});

test("more than asked for is said, and not answered", async () => {
  const { bodies } = bucket(Array.from({ length: 5 }, () => on("2026-11-20")));
  expect(await bodies.find(EVERYTHING, 3)).toMatchObject({ keys: { length: 3 }, more: true });
  expect(await bodies.find(EVERYTHING, 5)).toMatchObject({ keys: { length: 5 }, more: false });
});

test("a search through too many objects ends, and says so", async () => {
  const { bodies, asked } = bucket(Array.from({ length: 1_001 }, () => on("2026-11-20", "23:00:00.000")));
  const morning = { ...EVERYTHING, to: "2026-11-20T12:00:00.000Z" };
  expect(await bodies.find(morning, 100)).toEqual({ keys: [], more: true });
  expect(asked).toHaveLength(500);
});

test("an object put there by hand counts by its upload", async () => {
  const { bodies, keys } = bucket([{ day: "2026-11-20", receivedAt: null }]);
  expect((await bodies.find(EVERYTHING, 100)).keys).toEqual(keys);
});

test("whether one is there", async () => {
  const { bodies, keys } = bucket([on("2026-11-20")]);
  expect(await bodies.has(keys[0] ?? "")).toBe(true);
  expect(await bodies.has("raw/hubspot/2026-11-20/none")).toBe(false);
});
