// Versions of the rules: kept whole, activated and rolled back in one step.
import { beforeEach, expect, test } from "vitest";
import { SHIPPED } from "./default.fixture.ts";
import { openDatabase } from "./sqlite.fixture.ts";
import {
  activateVersion,
  keepShipped,
  listVersions,
  readActive,
  readVersion,
  rollBack,
  type Sql,
  saveVersion,
} from "./store.ts";

let sql: Sql;
beforeEach(() => {
  ({ sql } = openDatabase());
});

const at = (second: number) => new Date(Date.parse("2026-11-21T08:00:00.000Z") + second * 1_000).toISOString();
const textOf = (id: string) => `rules: [{ id: ${id}, for: It is., when: "true" }]`;

async function save(id: string, second = 0): Promise<string> {
  const saved = await saveVersion(sql, {
    document: textOf(id),
    author: "ana@acme.test",
    note: `Rule ${id}.`,
    now: at(second),
  });
  if (!saved.ok) throw new Error(JSON.stringify(saved.problems));
  return saved.version;
}

test("a version is named for its day and content, and keeps the document as it was written", async () => {
  const version = await save("a");
  expect(version).toMatch(/^2026-11-21-[a-z2-7]{6}$/);
  expect(await save("a", 60)).toBe(version);
  expect(await save("b")).not.toBe(version);
  expect(await readVersion(sql, version)).toEqual({ version, document: textOf("a") });
  expect(await readVersion(sql, "nope")).toBeNull();
});

test("a document with a mistake is not kept", async () => {
  const saved = await saveVersion(sql, { document: "rules: [{}]", author: "a", note: "", now: at(0) });
  expect(saved.ok).toBe(false);
  expect(await listVersions(sql, 10)).toEqual([]);
});

test("nothing is active at first, and the last activation counts", async () => {
  expect(await readActive(sql)).toBeNull();
  const a = await save("a");
  const b = await save("b", 1);
  expect(await activateVersion(sql, a, "ana@acme.test", at(2))).toEqual({ ok: true, version: a });
  await activateVersion(sql, b, "ben@acme.test", at(3));
  expect((await readActive(sql))?.version).toBe(b);
  expect(await listVersions(sql, 10)).toMatchObject([
    { version: b, active: true, activated_at: at(3), activated_by: "ben@acme.test", note: "Rule b." },
    { version: a, active: false, activated_at: at(2) },
  ]);
});

test("rolling back is one step, and twice is back where one was", async () => {
  expect(await rollBack(sql, "ana", at(0))).toMatchObject({ ok: false });
  const [a, b] = [await save("a"), await save("b")];
  await activateVersion(sql, a, "ana", at(1));
  expect(await rollBack(sql, "ana", at(2))).toMatchObject({ ok: false });
  await activateVersion(sql, b, "ana", at(3));
  expect(await rollBack(sql, "ana", at(4))).toEqual({ ok: true, version: a });
  expect((await readActive(sql))?.version).toBe(a);
  expect(await rollBack(sql, "ana", at(5))).toEqual({ ok: true, version: b });
});

test("two activations in one instant, or by a clock that is behind, are in the order in which they came", async () => {
  const [a, b] = [await save("a"), await save("b")];
  for (const [version, second] of [
    [a, 5],
    [b, 5],
    [a, 1],
    [b, 1],
  ] as const) {
    expect(await activateVersion(sql, version, "ana", at(second))).toMatchObject({ ok: true });
    expect((await readActive(sql))?.version).toBe(version);
  }
});

test("a version that is not there can't be activated; the rules that ship can, once they are kept", async () => {
  expect(await activateVersion(sql, SHIPPED.version, "ana", at(1))).toMatchObject({
    ok: false,
    reason: expect.stringContaining("no version"),
  });
  await keepShipped(sql, SHIPPED, at(1));
  await keepShipped(sql, { ...SHIPPED, document: "another" }, at(2));
  await activateVersion(sql, SHIPPED.version, "ana", at(3));
  expect(await readActive(sql)).toEqual(SHIPPED);
});
