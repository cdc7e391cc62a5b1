// The OpenAPI paths of people, controls and links. Rule: as for the whole document, the parsers' own schemas.
import { PersonBody } from "../directory.ts";
import { CONTROLS_BODIES, CONTROLS_VERBS } from "./controls.ts";
import { LinkBody } from "./link.ts";
import { answer, get, type Json, listOf, objectOf, ref, writing } from "./openapi-parts.ts";

const CHANGED = answer("The pauses and levels as they are now", ref("Controls"));

function controlsPath(verb: (typeof CONTROLS_VERBS)[number]): [string, Json] {
  const summaries = {
    pause: "Stop unattended runs of everything, a person, an action type or a deal",
    resume: "End a pause",
    autopilot: "Set how far an action type may go by itself; null: as its rules say",
  } as const;
  return [`/api/controls/${verb}`, { post: writing(summaries[verb], CONTROLS_BODIES[verb], CHANGED) }];
}

export const PEOPLE_PATHS: Json = {
  "/api/people": get("Who is known here", [], answer("The people", objectOf({ people: listOf("Person") }))),
  "/api/people/{email}": {
    put: writing(
      "Add a person, or change what they may do",
      PersonBody,
      answer("The person", objectOf({ person: ref("Person") })),
      [{ name: "email", in: "path", required: true, schema: { type: "string" } }],
    ),
  },
  "/api/controls": get("Pauses, autopilot levels, earned promotions and the record of changes", [], CHANGED),
  ...Object.fromEntries(CONTROLS_VERBS.map(controlsPath)),
  "/api/approvals/{action_id}/link": {
    post: writing(
      "A signed link with which the caller can decide later without signing in",
      LinkBody,
      answer("The link", objectOf({ url: { type: "string" }, expires_at: { type: "string" } })),
      [{ name: "action_id", in: "path", required: true, schema: { type: "string" } }],
    ),
  },
};
