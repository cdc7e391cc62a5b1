// Versions on a real SQLite: the rules that ship among them, and steps that are asked for twice.
import { beforeEach, expect, test } from "vitest";
import { SHIPPED } from "#rules/default.fixture.ts";
import { openDatabase } from "#rules/sqlite.fixture.ts";
import { createVersions, type Versions, versionBefore } from "./versions.ts";

const ANA = "ana@acme.test";
let versions: Versions;
let now = Date.parse("2026-11-21T12:00:00.000Z");
beforeEach(() => {
  versions = createVersions(openDatabase().sql, SHIPPED, () => {
    now += 1_000;
    return now;
  });
});

async function save(id: string): Promise<string> {
  const document = `rules: [{ id: ${id}, for: It is., when: "true" }]`;
  const saved = await versions.save({ document, note: `Rule ${id}.`, author: ANA });
  if (!saved.ok) throw new Error(JSON.stringify(saved.problems));
  return saved.version;
}
const activeOf = async () => (await versions.list()).filter(({ active }) => active).map(({ version }) => version);
const before = async () => versionBefore(await versions.list(), versions.shipped);

test("the rules that ship are in force, listed and readable before anything was saved", async () => {
  expect(await versions.read(SHIPPED.version)).toEqual(SHIPPED);
  expect(await versions.inForce()).toEqual(SHIPPED);
  expect(await versions.list()).toMatchObject([
    { version: SHIPPED.version, author: "dealwire", active: true, activated_at: null },
  ]);
  expect(await before()).toBeNull();
});

test("one version is active, and the list says since when and by whom", async () => {
  const a = await save("a");
  expect((await versions.list()).map(({ version }) => version)).toEqual([a, SHIPPED.version]);
  expect(await activeOf()).toEqual([SHIPPED.version]);
  expect(await versions.activate(a, ANA)).toEqual({ ok: true, version: a });
  expect(await activeOf()).toEqual([a]);
  expect((await versions.list()).find(({ active }) => active)).toMatchObject({ activated_by: ANA });
});

test("rolling back the first activation leads to the rules that ship", async () => {
  const a = await save("a");
  await versions.activate(a, ANA);
  expect(await before()).toBe(SHIPPED.version);
  expect(await versions.rollBack(a, ANA)).toEqual({ ok: true, version: SHIPPED.version });
  expect(await activeOf()).toEqual([SHIPPED.version]);
});

test("a second click rolls nothing back again", async () => {
  const [a, b] = [await save("a"), await save("b")];
  await versions.activate(a, ANA);
  await versions.activate(b, ANA);
  expect(await before()).toBe(a);
  expect(await versions.rollBack(b, ANA)).toEqual({ ok: true, version: a });
  expect(await versions.rollBack(b, ANA)).toMatchObject({
    ok: false,
    code: "changed",
    reason: expect.stringContaining(a),
  });
  expect(await activeOf()).toEqual([a]);
});

test("activating what is active changes nothing, so the way back stays", async () => {
  const a = await save("a");
  await versions.activate(a, ANA);
  await versions.activate(a, ANA);
  expect(await versions.rollBack(a, ANA)).toEqual({ ok: true, version: SHIPPED.version });
});

test("the rules that ship can be activated by name, and are kept by it", async () => {
  expect(await versions.activate(SHIPPED.version, ANA)).toEqual({ ok: true, version: SHIPPED.version });
  expect(await versions.list()).toMatchObject([{ active: true, activated_by: ANA }]);
  expect(await versions.rollBack(SHIPPED.version, ANA)).toMatchObject({ ok: false, code: "changed" });
});

test("a version that is not there is unknown", async () => {
  expect(await versions.activate("nope", ANA)).toMatchObject({ ok: false, code: "unknown" });
  expect(await versions.read("nope")).toBeNull();
});
