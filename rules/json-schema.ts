// The published JSON Schema of the ruleset document, by which editors complete and check it. Rule: made from the schema
// that decides, so the two can't differ; ruleset.schema.json is this, written down.
import * as z from "zod";
import { Ruleset } from "./ruleset.ts";

/** JSON Schema, draft 2020-12. */
export function rulesetJsonSchema(): Record<string, unknown> {
  return { title: "dealwire ruleset", ...z.toJSONSchema(Ruleset, { io: "input", unrepresentable: "any" }) };
}
