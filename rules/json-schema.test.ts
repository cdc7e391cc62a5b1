// The schema that editors use is the schema that decides.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rulesetJsonSchema } from "./json-schema.ts";

const PATH = join(import.meta.dirname, "ruleset.schema.json");

test("ruleset.schema.json is fresh (UPDATE_SCHEMA=1 writes it)", () => {
  const schema = rulesetJsonSchema();
  if (process.env.UPDATE_SCHEMA === "1") writeFileSync(PATH, `${JSON.stringify(schema, null, 2)}\n`);
  expect(JSON.parse(readFileSync(PATH, "utf8"))).toEqual(schema);
});

test("a rule's required fields are few, and its params are named", () => {
  const text = JSON.stringify(rulesetJsonSchema());
  expect(text).toContain('"required":["for","when","id"]');
  expect(text).toContain('"sequence_id"');
});
