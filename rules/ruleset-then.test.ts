// Which rules decide again what was to be decided at some time.
import { expect, test } from "vitest";
import { createRulesetThen } from "./ruleset-then.ts";
import { openDatabase } from "./sqlite.fixture.ts";
import { activateVersion, readActiveThen, saveVersion } from "./store.ts";

const at = (second: number) => new Date(Date.parse("2026-11-21T08:00:00.000Z") + second * 1_000).toISOString();
const documentOf = (id: string) => `rules: [{ id: ${id}, for: It is., when: "true" }]`;

test("the version that was active then, and before the first the one that ships", async () => {
  const { sql } = openDatabase();
  for (const [id, second] of [
    ["a", 10],
    ["b", 20],
  ] as const) {
    const saved = await saveVersion(sql, { document: documentOf(id), author: "ana", note: id, now: at(second) });
    if (!saved.ok) throw new Error("not saved");
    await activateVersion(sql, saved.version, "ana", at(second));
  }
  const ports = {
    read: (then: string) => readActiveThen(sql, then),
    shipped: { version: "default-9", document: documentOf("shipped") },
  };
  const rulesetThen = createRulesetThen();
  const idAt = async (second: number) => {
    const { compiled, source } = await rulesetThen(at(second), ports);
    return [compiled.ok ? compiled.ruleset.rules[0]?.id : null, source];
  };
  expect(await idAt(5)).toEqual(["shipped", "default"]);
  expect(await idAt(10)).toEqual(["a", "then"]);
  expect(await idAt(15)).toEqual(["a", "then"]);
  expect(await idAt(25)).toEqual(["b", "then"]);
});

test("a store that does not answer is an error, and not another ruleset", async () => {
  const ports = {
    read: () => Promise.reject(new Error("D1 is down")),
    shipped: { version: "default-9", document: documentOf("shipped") },
  };
  await expect(createRulesetThen()(at(0), ports)).rejects.toThrow("D1 is down");
});
