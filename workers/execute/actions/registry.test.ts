import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ACTION_TYPES } from "#contract/action.ts";
import { ACTION_ADAPTERS } from "./registry.ts";

const files = readdirSync(import.meta.dirname);
const names = ACTION_ADAPTERS.map(({ type, target }) => `${type.replaceAll("_", "-")}-${target}`);

describe("the registry of actions", () => {
  test("names every adapter once, and each has its file and its test", () => {
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(files).toEqual(expect.arrayContaining([`${name}.ts`, `${name}.test.ts`]));
  });

  test("holds every adapter that has a file", () => {
    const isAdapter = (file: string) =>
      !file.endsWith(".test.ts") && ACTION_TYPES.some((type) => file.startsWith(`${type.replaceAll("_", "-")}-`));
    expect(files.filter(isAdapter).toSorted()).toEqual(names.map((name) => `${name}.ts`).toSorted());
  });
});
