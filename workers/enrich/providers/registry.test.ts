// Registry and files agree: every provider is listed, under its own system, and has its test.
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { PROVIDERS } from "./registry.ts";

const NOT_PROVIDERS = new Set(["provider.ts", "registry.ts", "conformance.ts"]);
const files = readdirSync(import.meta.dirname).filter((name) => !NOT_PROVIDERS.has(name));

test("every provider is one file named for its system, with a test", () => {
  const expected = PROVIDERS.flatMap(({ system }) => [`${system}.ts`, `${system}.test.ts`]);
  expect(files.filter((name) => name !== "registry.test.ts").toSorted()).toEqual(expected.toSorted());
});
