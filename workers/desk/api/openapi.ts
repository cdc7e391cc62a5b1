// The OpenAPI 3.1 document of the API. Rule: bodies and answers are generated from the schemas that parse them, and a
// test holds the paths against the routes, so the document can't drift.
import { ACTION_STATES, ActionSnapshot } from "#contract/action-state.ts";
import { FATES } from "#contract/audit-step.ts";
import { Pause } from "#contract/controls.ts";
import { KeptStep } from "#contract/kept-step.ts";
import { ReplayBody } from "#web/api/replay-body.ts";
import { PersonRow } from "#web/auth/people.ts";
import { LetterRow, SignalRow } from "#web/read-rows.ts";
import { DECISION_BODIES, VERBS, type Verb } from "./decision-body.ts";
import { LETTER_FILTERS, OPERATIONS_PATHS } from "./openapi-operations.ts";
import {
  answer,
  BEFORE,
  get,
  type Json,
  jsonSchema,
  LIMIT,
  listOf,
  NEXT_CURSOR,
  objectOf,
  ref,
  refused,
} from "./openapi-parts.ts";
import { PEOPLE_PATHS } from "./openapi-people.ts";
import { RULES_PATHS } from "./openapi-rules.ts";
import { SIGNAL_FILTERS, TRAIL_PATHS } from "./openapi-trail.ts";

const SUMMARIES = {
  approve: "Approve an action with the content hash that was read",
  reject: "Reject an action, with a reason",
  edit: "Replace an action's params; it stays pending under a new content hash",
  snooze: "Put off an action's deadline by seconds, or until an instant",
  reassign: "Hand an action over to a colleague",
  escalate: "Give an action to whoever leads its owner, and put on record that it was escalated",
  undo: "Take an executed action's effect back",
  settle: "Say whether an action happened of which nobody knows",
} as const satisfies Record<Verb, string>;

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
        "Actions in a state that the caller may see, by default those that wait for a person; pending ones by deadline, others newest first",
        [
          { name: "state", in: "query", schema: { enum: [...ACTION_STATES, "decided"], default: "pending" } },
          { name: "owner", in: "query", schema: { type: "string" }, description: "an e-mail address, me or team" },
          LIMIT,
          { ...BEFORE, name: "cursor" },
        ],
        answer("A page of actions", objectOf({ approvals: listOf("Action"), next_cursor: NEXT_CURSOR })),
        {
          ...badQuery,
          "403": refused("Somebody else's, whom the caller does not lead"),
          "304": { description: "Nothing has changed since the ETag in If-None-Match" },
        },
      ),
      ...Object.fromEntries(VERBS.map(decisionPath)),
      "/api/signals": get(
        "Signals that the caller may see, those first that moved last; every filter must hold",
        [{ name: "fate", in: "query", schema: { enum: FATES } }, ...SIGNAL_FILTERS, LIMIT, BEFORE],
        answer("A page of signals", objectOf({ signals: listOf("Signal"), next_cursor: NEXT_CURSOR })),
        badQuery,
      ),
      "/api/signals/{signal_id}": get(
        "One signal with its whole trail, oldest step first, and its actions",
        [{ name: "signal_id", in: "path", required: true, schema: { type: "string" } }],
        answer("The signal", objectOf({ signal: ref("Signal"), trail: listOf("Step"), actions: listOf("Action") })),
        {
          "403": refused("About a deal that is neither the caller's nor their team's"),
          "404": refused("No such signal, or too new to be known here"),
        },
      ),
      "/api/dead-letters": get(
        "Events that could not be processed and wait for a person, newest first",
        [...LETTER_FILTERS, LIMIT, BEFORE],
        answer("A page of dead letters", objectOf({ dead_letters: listOf("DeadLetter"), next_cursor: NEXT_CURSOR })),
        { ...badQuery, "403": refused("Neither an operator nor a viewer") },
      ),
      ...RAW_PATHS,
      ...TRAIL_PATHS,
      ...OPERATIONS_PATHS,
      ...PEOPLE_PATHS,
      ...RULES_PATHS,
      "/api/openapi.json": get("This document", [], { description: "OpenAPI 3.1" }),
    },
    components: {
      schemas: {
        Action: jsonSchema(ActionSnapshot),
        Person: jsonSchema(PersonRow),
        Controls: objectOf({ pauses: { type: "array", items: jsonSchema(Pause) }, autopilot: { type: "object" } }),
        Signal: jsonSchema(SignalRow),
        Step: jsonSchema(KeptStep),
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
            problems: listOf("DocumentProblem"),
            snapshot: ref("Action"),
          },
          required: ["type", "title", "status", "detail", "correlation_id"],
        },
        RulesetVersion: objectOf({
          version: { type: "string" },
          author: { type: "string" },
          note: { type: "string" },
          created_at: { type: "string" },
          activated_at: { type: ["string", "null"] },
          activated_by: { type: ["string", "null"] },
          active: { type: "boolean" },
        }),
        DocumentProblem: objectOf({
          line: { type: "integer" },
          column: { type: "integer" },
          rule: { type: ["string", "null"] },
          path: { type: "string" },
          message: { type: "string" },
        }),
        FieldError: objectOf({ pointer: { type: "string" }, detail: { type: "string" } }),
      },
    },
  };
}
