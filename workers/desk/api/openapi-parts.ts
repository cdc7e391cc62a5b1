// The building blocks of the OpenAPI document. Rule: a body or an answer is generated from the schema that parses it.
import * as z from "zod";

export type Json = Readonly<Record<string, unknown>>;

export const LIMIT = { name: "limit", in: "query", schema: { type: "integer", minimum: 1 } };
export const BEFORE = {
  name: "before",
  in: "query",
  schema: { type: "string" },
  description: "next_cursor of the last page",
};
export const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
export const listOf = (name: string): Json => ({ type: "array", items: ref(name) });
export const NEXT_CURSOR = { type: ["string", "null"] };

export function objectOf(properties: Json): Json {
  return { type: "object", properties, required: Object.keys(properties) };
}

export function answer(description: string, schema: Json): Json {
  return { description, content: { "application/json": { schema } } };
}

export function refused(description: string): Json {
  return { description, content: { "application/problem+json": { schema: ref("Problem") } } };
}

/** Input side of a schema, as JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
export function jsonSchema(schema: z.ZodType, io: "input" | "output" = "input"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}

export function get(summary: string, parameters: readonly Json[], success: Json, refusals: Json = {}): Json {
  return { get: { summary, parameters, responses: { "200": success, ...refusals, "401": refused("Not signed in") } } };
}

/** A request with a body that needs rights, and how it can be refused. */
export function writing(summary: string, body: z.ZodType, success: Json, parameters: readonly Json[] = []): Json {
  return {
    summary,
    parameters,
    requestBody: { required: true, content: { "application/json": { schema: jsonSchema(body) } } },
    responses: {
      "200": success,
      "400": refused("The body is not JSON"),
      "401": refused("Not signed in"),
      "403": refused("Your role does not allow it, or the request came from another site"),
      "415": refused("The content type is not application/json"),
      "422": refused("A field of the body is not valid; carries pointers"),
    },
  };
}
