// The OpenAPI paths of dead letters, metrics and alerts. Rule: as for the whole document, the parsers' own schemas.
import { DiscardBody, MendBody, ReplayLettersBody } from "#web/api/letters-body.ts";
import { MuteBody } from "#web/api/mute-body.ts";
import { answer, get, type Json, objectOf, refused, writing } from "./openapi-parts.ts";

const inPath = (name: string): Json => ({ name, in: "path", required: true, schema: { type: "string" } });
const inQuery = (name: string): Json => ({ name, in: "query", schema: { type: "string" } });
/** As `LetterQuery` reads them. */
export const LETTER_FILTERS = ["fingerprint", "queue", "stage", "code", "from", "to"].map(inQuery);
const REPLAY = answer("How far the replay is", objectOf({ replay: { type: "object" } }));
const ISSUES = { type: "array", items: { type: "object" } };
const MISSING = { "404": refused("There is no such thing") };

function bare(summary: string, parameters: readonly Json[], success: Json): Json {
  const responses = { "200": success, "401": refused("Not signed in"), "403": refused("Not an operator"), ...MISSING };
  return { post: { summary, parameters, responses } };
}

export const OPERATIONS_PATHS: Json = {
  "/api/dead-letters/issues": get(
    "Dead letters by cause: those that are not resolved, or those of a state",
    [inQuery("state")],
    answer("The issues", objectOf({ issues: ISSUES })),
  ),
  "/api/dead-letters/issues/{fingerprint}/{verb}": bare(
    "Acknowledge, resolve or reopen an issue",
    [
      inPath("fingerprint"),
      { name: "verb", in: "path", required: true, schema: { enum: ["acknowledge", "resolve", "reopen"] } },
    ],
    answer("The issue", objectOf({ issue: { type: "object" } })),
  ),
  "/api/dead-letters/export": get(
    "Open dead letters, one JSON object a line; the Link header names the next page",
    [...LETTER_FILTERS, inQuery("after")],
    { description: "The letters", content: { "application/x-ndjson": { schema: { type: "string" } } } },
    { "400": refused("A query parameter is not valid") },
  ),
  "/api/dead-letters/replay": {
    post: writing("Replay the open letters of a filter; with dry_run, say what that would do", ReplayLettersBody, {
      description: "With dry_run: how many, by queue, and what has already happened. Otherwise 202 with the replay",
    }),
  },
  "/api/dead-letters/replays/{replay_id}": get("How far a replay is", [inPath("replay_id")], REPLAY, MISSING),
  "/api/dead-letters/replays/{replay_id}/abort": bare(
    "Stop a replay; the rest waits again",
    [inPath("replay_id")],
    REPLAY,
  ),
  "/api/dead-letters/discard": {
    post: writing(
      "Discard the open letters of a filter, with a reason",
      DiscardBody,
      answer("How many", objectOf({ discarded: { type: "integer" } })),
    ),
  },
  "/api/dead-letters/{letter_id}/mend": {
    post: writing("Replace a letter's event, kept on record, and replay it", MendBody, REPLAY, [inPath("letter_id")]),
  },
  "/api/metrics": get(
    "Counters of a window, the service level, and what was measured last",
    [{ name: "window", in: "query", schema: { enum: ["hour", "day", "month"], default: "day" } }],
    answer("The metrics", { type: "object" }),
    { "400": refused("A query parameter is not valid") },
  ),
  "/api/alerts": get("What is wrong now or was", [], answer("The alerts", objectOf({ alerts: ISSUES }))),
  "/api/health": get(
    "The clock, the migrations that were applied, and the version of each message, for npm run doctor",
    [],
    answer(
      "How it stands",
      objectOf({
        at: { type: "string" },
        migrations: { type: "array", items: { type: "string" } },
        messages: { type: "object", additionalProperties: { type: "integer" } },
      }),
    ),
    { "403": refused("Not an operator") },
  ),
  "/api/alerts/mute": {
    post: writing(
      "Mute an alert until an instant, or unmute it",
      MuteBody,
      answer("What is muted", { type: "object" }),
    ),
  },
};
