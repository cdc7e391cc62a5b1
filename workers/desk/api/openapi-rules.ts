// The OpenAPI paths of the rules. Rule: as for the whole document, the parsers' own schemas.
import type * as z from "zod";
import { BacktestBody, RollBackBody, SaveRulesBody } from "#web/api/rules-body.ts";
import { answer, get, type Json, jsonSchema, listOf, objectOf, refused } from "./openapi-parts.ts";

const VERSION_PARAMETER = { name: "version", in: "path", required: true, schema: { type: "string" } };
const DOCUMENT = objectOf({ version: { type: "string" }, document: { type: "string" } });
const IN_FORCE = answer(
  "The version that is in force now",
  objectOf({ version: { type: "string" }, active: { type: "boolean" } }),
);
const RULES_REFUSALS = {
  "401": refused("Not signed in"),
  "403": refused("Not an operator, or the request came from another site"),
  "415": refused("The content type is not application/json"),
};
const NOT_JSON = { "400": refused("The body is not JSON") };

function jsonBody(schema: z.ZodType): Json {
  return { required: true, content: { "application/json": { schema: jsonSchema(schema) } } };
}

export const RULES_PATHS: Json = {
  "/api/rules": {
    ...get(
      "The rules in force, and all versions, newest first",
      [],
      answer("The rules", objectOf({ active: DOCUMENT, versions: listOf("RulesetVersion") })),
    ),
    put: {
      summary: "Save rules as a new version; it counts only once it is activated",
      requestBody: jsonBody(SaveRulesBody),
      responses: {
        "201": answer("The version", objectOf({ version: { type: "string" }, active: { type: "boolean" } })),
        "422": refused("The rules have mistakes, each told in problems with its line and column; nothing was saved"),
        ...NOT_JSON,
        ...RULES_REFUSALS,
      },
    },
  },
  "/api/rules/{version}": get("One version's document", [VERSION_PARAMETER], answer("The version", DOCUMENT), {
    "404": refused("No such version"),
  }),
  "/api/rules/{version}/activate": {
    post: {
      summary: "Put a version in force, everywhere within 30 seconds",
      parameters: [VERSION_PARAMETER],
      responses: { "200": IN_FORCE, "404": refused("No such version"), ...RULES_REFUSALS },
    },
  },
  "/api/rules/roll-back": {
    post: {
      summary: "Put the version in force that was so before the present one",
      requestBody: jsonBody(RollBackBody),
      responses: {
        "200": IN_FORCE,
        "409": refused("Another version is in force by now, or none was before this one"),
        "422": refused("A field of the body is not valid"),
        ...NOT_JSON,
        ...RULES_REFUSALS,
      },
    },
  },
  "/api/rules/backtest": {
    post: {
      summary: "Try rules on the signals of the last days, beside those in force; nothing is done",
      requestBody: jsonBody(BacktestBody),
      responses: {
        "200": {
          description: "One event a line: progress, then the summary, or failed when the signals could not be read on",
          content: { "application/x-ndjson": { schema: { type: "string" } } },
        },
        "404": refused("No such version"),
        "422": refused("A field of the body is not valid, or the rules have mistakes, told in problems"),
        ...NOT_JSON,
        "403": refused("Neither an operator nor a viewer"),
        "401": refused("Not signed in"),
        "415": refused("The content type is not application/json"),
        "503": refused("Not configured, or the database does not answer"),
      },
    },
  },
};
