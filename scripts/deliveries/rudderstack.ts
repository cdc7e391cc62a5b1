// RudderStack: one event of Segment's spec, with a token.
import * as z from "zod";
import { bearer, bodyOf, json, type SampleSource } from "../delivery.ts";

const Sample = z.record(z.string(), z.unknown());

export const rudderstack: SampleSource = {
  secretName: "INGEST_TOKENS",
  deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
    const event = { ...Sample.parse(sample), messageId: newId(), originalTimestamp: new Date(nowMs).toISOString() };
    const headers = json(bearer(secret, "rudderstack"));
    return { url: `${baseUrl}/hooks/rudderstack`, body: bodyOf(event, assignments), headers };
  },
};
