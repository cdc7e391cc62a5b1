// PostHog: one event with its person, as the webhook destination's own template sends it, with a token.
import * as z from "zod";
import { bearer, bodyOf, json, type SampleSource } from "../delivery.ts";

const Sample = z.looseObject({ event: z.record(z.string(), z.unknown()) });

export const posthog: SampleSource = {
  secretName: "INGEST_TOKENS",
  deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
    const { event, ...rest } = Sample.parse(sample);
    const made = { event: { ...event, uuid: newId(), timestamp: new Date(nowMs).toISOString() }, ...rest };
    const headers = json(bearer(secret, "posthog"));
    return { url: `${baseUrl}/hooks/posthog`, body: bodyOf(made, assignments), headers };
  },
};
