// CloudEvents: one event in structured mode, with a token.
import * as z from "zod";
import { bearer, bodyOf, type SampleSource } from "../delivery.ts";

const Sample = z.record(z.string(), z.unknown());

export const cloudevents: SampleSource = {
  secretName: "INGEST_TOKENS",
  deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
    const event = { ...Sample.parse(sample), id: newId(), time: new Date(nowMs).toISOString() };
    const headers = { "content-type": "application/cloudevents+json", ...bearer(secret, "cloudevents") };
    return { url: `${baseUrl}/hooks/cloudevents`, body: bodyOf(event, assignments), headers };
  },
};
