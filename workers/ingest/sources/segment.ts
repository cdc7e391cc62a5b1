// Segment's webhook destinations, classic and Actions: one event of the Segment Spec in each request, or a batch. Rule:
// Segment signs a batch by its first event alone, so the others need a second secret.
// Source of the format: segment.com/docs/connections/destinations/catalog/webhooks and …/actions-webhook.
import { normalizeBehaviour } from "./behaviour/normalize.ts";
import { readSpecEvent } from "./behaviour/spec.ts";
import { verifySignature } from "./segment/signature.ts";
import type { Source } from "./source.ts";

export const segment: Source<"SEGMENT_SHARED_SECRET" | "INGEST_TOKENS"> = {
  name: "segment",
  lane: "signals-bulk",
  erasesOn: ["person.deletion_requested"],
  settings: ["SEGMENT_SHARED_SECRET"],
  options: ["INGEST_TOKENS"],
  verify: (request, settings) => verifySignature(request, settings.SEGMENT_SHARED_SECRET, settings.INGEST_TOKENS),
  normalize: (body, { receivedAt }) => normalizeBehaviour(body, "segment", receivedAt, readSpecEvent),
};
