// Which rules an isolate decides by, as time passes and the store comes and goes.
import { beforeEach, expect, test } from "vitest";
import { createActiveRuleset, type StoredRuleset } from "./active-ruleset.ts";

const document = 'rules: [{ id: a, for: It is., when: "true" }]';
let nowMs: number;
let reads: number;
let stored: StoredRuleset | null | Error;
let failures: string[];
let inForce: () => Promise<[version: string | null, source: string]>;

beforeEach(() => {
  [nowMs, reads, stored, failures] = [0, 0, null, []];
  const active = createActiveRuleset();
  const ports = {
    read: async () => {
      reads += 1;
      if (stored instanceof Error) throw stored;
      return stored;
    },
    shipped: { version: "default-9", document },
    now: () => nowMs,
    failed: (reason: string) => failures.push(reason),
  };
  inForce = async () => {
    const { compiled, source } = await active(ports);
    return [compiled.ok ? compiled.ruleset.version : null, source];
  };
});

test("the rules that ship, until a version was activated; then that one, within thirty seconds", async () => {
  expect(await inForce()).toEqual(["default-9", "default"]);
  stored = { version: "v1", document };
  expect(await inForce()).toEqual(["default-9", "default"]);
  nowMs = 29_000;
  expect(await inForce()).toEqual(["v1", "active"]);
});

test("what was read counts for a while, and signals that come at once read once", async () => {
  await Promise.all([inForce(), inForce(), inForce()]);
  await inForce();
  expect(reads).toBe(1);
});

test("a store that does not answer leaves the last known version in force, and says so", async () => {
  stored = { version: "v1", document };
  await inForce();
  stored = new Error("D1 is overloaded");
  nowMs = 60_000;
  expect(await inForce()).toEqual(["v1", "last_known"]);
  nowMs = 120_000;
  expect(await inForce()).toEqual(["v1", "last_known"]);
  expect(failures).toEqual(["Error: D1 is overloaded", "Error: D1 is overloaded"]);
  stored = { version: "v2", document };
  nowMs = 180_000;
  expect(await inForce()).toEqual(["v2", "active"]);
});

test("a store that never answered leaves the rules that ship", async () => {
  stored = new Error("down");
  expect(await inForce()).toEqual(["default-9", "default_while_unreadable"]);
});

test("a stored version that does not compile here is not replaced by another in silence", async () => {
  stored = { version: "v1", document: "rules: [{}]" };
  expect(await inForce()).toEqual([null, "active"]);
});
