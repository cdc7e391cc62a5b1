// PostHog's webhook destination, with its default body. It is not signed. Rule: the token in its Authorization header is
// all that vouches for a request.
// Source of the format: github.com/PostHog/posthog, template-webhook (posthog.com/docs/cdp/destinations/webhook).
import { verifyToken } from "../signing/token.ts";
import { normalizeBehaviour } from "./behaviour/normalize.ts";
import { readPosthogEvent } from "./posthog/event.ts";
import type { Source } from "./source.ts";

export const posthog: Source<"INGEST_TOKENS"> = {
  name: "posthog",
  lane: "signals-bulk",
  settings: ["INGEST_TOKENS"],
  verify: (request, settings) => verifyToken(request, "posthog", settings.INGEST_TOKENS),
  normalize: (body, { receivedAt }) => normalizeBehaviour(body, "posthog", receivedAt, readPosthogEvent),
};
