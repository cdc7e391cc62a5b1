// The paths of the trail in the OpenAPI document: how signals are searched, the chain, and erasures.
import { ErasureBody } from "#web/api/erasure-body.ts";
import { answer, get, type Json, jsonSchema, objectOf, refused } from "./openapi-parts.ts";

const filter = (name: string, description: string): Json => ({
  name,
  in: "query",
  schema: { type: "string" },
  description,
});

export const SIGNAL_FILTERS = [
  filter("q", "words of the trail, all of them; or a signal's or a trace's id"),
  filter("source", "hubspot, gong, …"),
  filter("type", "crm_event, call_complete, intent, behavioral, stakeholder_change, custom"),
  filter("deal", "system:id"),
  filter("account", "system:id"),
  filter("contact", "a person named anywhere in the trail, as system:id or an e-mail address"),
  filter("rep", "e-mail address of the owner of one of its actions"),
  filter("from", "received at this instant or day, or later"),
  filter("to", "received before this instant or day"),
];

const OPERATORS = { "401": refused("Not signed in"), "403": refused("Not an operator") };
const OBJECTS: Json = { type: "array", items: { type: "object" } };

export const TRAIL_PATHS: Json = {
  "/api/trail": get(
    "The chain of the trail, oldest link first, each with the steps it took in",
    [
      { name: "after", in: "query", schema: { type: "integer", default: 0 }, description: "after this link" },
      { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 20, default: 10 } },
    ],
    answer("A page of links", objectOf({ links: OBJECTS, next_after: { type: ["integer", "null"] } })),
    { "400": refused("A query parameter is not valid"), ...OPERATORS },
  ),
  "/api/trail/anchors": get(
    "The head of the chain on each day, as it was put into R2",
    [],
    answer("All anchors, oldest first", objectOf({ anchors: OBJECTS })),
    OPERATORS,
  ),
  "/api/erasures": {
    post: {
      summary: "Have a person or a company forgotten, by every name they are known by",
      requestBody: { required: true, content: { "application/json": { schema: jsonSchema(ErasureBody) } } },
      responses: {
        "202": answer("Where its status is", objectOf({ erasure_id: { type: "string" }, status: { type: "string" } })),
        "400": refused("The body is not JSON"),
        "415": refused("The content type is not application/json"),
        "422": refused("A field of the body is not valid"),
        "503": refused("The queue did not take it; ask again"),
        ...OPERATORS,
      },
    },
  },
  "/api/erasures/{erasure_id}": get(
    "How far an erasure came, and how much it emptied; it names nobody",
    [{ name: "erasure_id", in: "path", required: true, schema: { type: "string" } }],
    answer("The erasure", { type: "object" }),
    { "404": refused("No such erasure, or its first sweep has not ended"), ...OPERATORS },
  ),
};
