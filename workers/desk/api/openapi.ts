// The OpenAPI 3.1 document of the API. Rule: bodies and answers are generated from the schemas that parse them, and a
// test holds the paths against the routes, so the document can't drift.
import * as z from "zod";
import { ACTION_STATES, ActionSnapshot } from "#contract/action-state.ts";
import { FATES } from "#contract/audit-step.ts";
import { ReplayBody } from "#web/api/replay-body.ts";
import { LetterRow, SignalRow, TrailStep } from "#web/read-rows.ts";
import { DECISION_BODIES, VERBS, type Verb } from "./decision-body.ts";

type Json = Readonly<Record<string, unknown>>;

const SUMMARIES = {
  approve: "Approve an action with the content hash that was read",
  reject: "Reject an action, with a reason",
  edit: "Replace an action's params; it stays pending under a new content hash",
  snooze: "Put off an action's deadline by seconds, or until an instant",
  reassign: "Hand an action over to a colleague",
  undo: "Take an executed action's effect back",
} as const satisfies Record<Verb, string>;

const LIMIT = { name: "limit", in: "query", schema: { type: "integer", minimum: 1 } };
const BEFORE = { name: "before", in: "query", schema: { type: "string" }, description: "next_cursor of the last page" };
const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const listOf = (name: string): Json => ({ type: "array", items: ref(name) });
const NEXT_CURSOR = { type: ["string", "null"] };

function objectOf(properties: Json): Json {
  return { type: "object", properties, required: Object.keys(properties) };
}

function answer(description: string, schema: Json): Json {
  return { description, content: { "application/json": { schema } } };
}

function refused(description: string): Json {
  return { description, content: { "application/problem+json": { schema: ref("Problem") } } };
}

/** Input side of a schema, as JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
function jsonSchema(schema: z.ZodType, io: "input" | "output" = "input"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}

function get(summary: string, parameters: readonly Json[], success: Json, refusals: Json = {}): Json {
  return { get: { summary, parameters, responses: { "200": success, ...refusals, "401": refused("Not signed in") } } };
}

function decisionPath(verb: Verb): [string, Json] {
  const responses = {
    "200": answer("The action as it is now", objectOf({ action: ref("Action") })),
    "400": refused("The body is not JSON"),
    "401": refused("Not signed in"),
    "403": refused("The action belongs to someone else, or the request came from another site"),
    "404": refused("No such action, or too new to be known here"),
    "409": refused("No longer pending, or the content has changed; carries the action as it is now"),
    "415": refused("The content type is not application/json"),
    "422": refused("A field of the body, or the edited content, is not valid; carries pointers"),
    "501": refused("Not available"),
    "503": refused("The deal is too busy or did not answer"),
  };
  const post = {
    summary: SUMMARIES[verb],
    parameters: [{ name: "action_id", in: "path", required: true, schema: { type: "string" } }],
    requestBody: { required: true, content: { "application/json": { schema: jsonSchema(DECISION_BODIES[verb]) } } },
    responses,
  };
  return [`/api/approvals/{action_id}/${verb}`, { post }];
}

const REPLAY_REFUSALS = {
  "401": refused("Not signed in"),
  "403": refused("Not an operator, or the request came from another site"),
  "415": refused("The content type is not application/json"),
  "503": refused("The queue did not take it; ask again"),
};
const QUEUED = answer("How many raw bodies will be read again", objectOf({ queued: { type: "integer" } }));

const RAW_PATHS: Json = {
  "/api/raw/replay": {
    post: {
      summary: "Have the raw bodies of a source, received from one instant until before another, read again",
      requestBody: { required: true, content: { "application/json": { schema: jsonSchema(ReplayBody) } } },
      responses: {
        "200": answer("With dry_run: how many there are", objectOf({ count: { type: "integer" } })),
        "202": QUEUED,
        "400": refused("The body is not JSON"),
        "422": refused("A field of the body is not valid, or there are more raw bodies than one request replays"),
        ...REPLAY_REFUSALS,
      },
    },
  },
  "/api/raw/{key}/replay": {
    post: {
      summary: "Have one raw body read again by the adapter as it is now; nothing happens twice",
      parameters: [
        {
          name: "key",
          in: "path",
          required: true,
          schema: { type: "string" },
          description: "a signal's raw_ref, with or without its slashes percent-encoded",
        },
      ],
      responses: { "202": QUEUED, "404": refused("There is no such raw body (any more)"), ...REPLAY_REFUSALS },
    },
  },
};

/** The whole document. */
export function openApiDocument(): Json {
  const badQuery = { "400": refused("A query parameter is not valid") };
  return {
    openapi: "3.1.0",
    info: {
      title: "dealwire desk",
      version: "1",
      description: "What waits for a person, what became of each signal, and what could not be processed.",
    },
    paths: {
      "/api/approvals": get(
        "Actions in a state, by default those that wait for a person; pending ones by deadline, others newest first",
        [
          { name: "state", in: "query", schema: { enum: [...ACTION_STATES, "decided"], default: "pending" } },
          { name: "owner", in: "query", schema: { type: "string" }, description: "an e-mail address, or me" },
          LIMIT,
          { ...BEFORE, name: "cursor" },
        ],
        answer("A page of actions", objectOf({ approvals: listOf("Action"), next_cursor: NEXT_CURSOR })),
        { ...badQuery, "304": { description: "Nothing has changed since the ETag in If-None-Match" } },
      ),
      ...Object.fromEntries(VERBS.map(decisionPath)),
      "/api/signals": get(
        "Signals, newest first",
        [{ name: "fate", in: "query", schema: { enum: FATES } }, LIMIT, BEFORE],
        answer("A page of signals", objectOf({ signals: listOf("Signal"), next_cursor: NEXT_CURSOR })),
        badQuery,
      ),
      "/api/signals/{signal_id}": get(
        "One signal with its whole trail, oldest step first, and its actions",
        [{ name: "signal_id", in: "path", required: true, schema: { type: "string" } }],
        answer("The signal", objectOf({ signal: ref("Signal"), trail: listOf("Step"), actions: listOf("Action") })),
        { "404": refused("No such signal, or too new to be known here") },
      ),
      "/api/dead-letters": get(
        "Events that could not be processed and wait for a person, newest first",
        [LIMIT, BEFORE],
        answer("A page of dead letters", objectOf({ dead_letters: listOf("DeadLetter"), next_cursor: NEXT_CURSOR })),
        badQuery,
      ),
      ...RAW_PATHS,
      "/api/openapi.json": get("This document", [], { description: "OpenAPI 3.1" }),
    },
    components: {
      schemas: {
        Action: jsonSchema(ActionSnapshot),
        Signal: jsonSchema(SignalRow),
        Step: jsonSchema(TrailStep, "output"),
        DeadLetter: jsonSchema(LetterRow, "output"),
        Problem: {
          type: "object",
          description: "RFC 9457",
          properties: {
            type: { type: "string" },
            title: { type: "string" },
            status: { type: "integer" },
            detail: { type: "string" },
            correlation_id: { type: "string" },
            errors: listOf("FieldError"),
            snapshot: ref("Action"),
          },
          required: ["type", "title", "status", "detail", "correlation_id"],
        },
        FieldError: objectOf({ pointer: { type: "string" }, detail: { type: "string" } }),
      },
    },
  };
}
