// RudderStack's webhook destination: events of the Segment Spec, unsigned. Rule: the token in its Authorization header
// is all that vouches for a request.
// Source of the format: github.com/rudderlabs/rudder-transformer, destination "webhook".
import { verifyToken } from "../signing/token.ts";
import { normalizeBehaviour } from "./behaviour/normalize.ts";
import { readSpecEvent } from "./behaviour/spec.ts";
import type { Source } from "./source.ts";

export const rudderstack: Source<"INGEST_TOKENS"> = {
  name: "rudderstack",
  lane: "signals-bulk",
  erasesOn: ["person.deletion_requested"],
  settings: ["INGEST_TOKENS"],
  verify: (request, settings) => verifyToken(request, "rudderstack", settings.INGEST_TOKENS),
  normalize: (body, { receivedAt }) => normalizeBehaviour(body, "rudderstack", receivedAt, readSpecEvent),
};
