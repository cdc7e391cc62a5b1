// What the rules' API is asked with; the API parses it and the OpenAPI document shows it.
import * as z from "zod";

const Document = z.string().max(200_000);
export const RulesetNote = z.string().trim().max(500);
export const BacktestDays = z.coerce.number().int().min(1).max(90);

export const SaveRulesBody = z.strictObject({
  /** YAML or JSON, as a text. */
  document: Document,
  /** Why, for those who read it later. */
  note: RulesetNote.default(""),
  /** Also makes it the active version. */
  activate: z.boolean().default(false),
});

export const RollBackBody = z.strictObject({
  /** The version that is rolled back; refused when another one is in force by now. */
  active: z.string().max(100),
});

export const BacktestBody = z
  .strictObject({
    /** The candidate; without it and without `version` the version in force is tried, alone. */
    document: Document.nullable().default(null),
    /** A stored version as the candidate. */
    version: z.string().max(100).nullable().default(null),
    days: z.int().min(1).max(90).default(30),
  })
  .refine(({ document, version }) => document === null || version === null, {
    path: ["version"],
    message: "expected a document or a version, not both",
  });
