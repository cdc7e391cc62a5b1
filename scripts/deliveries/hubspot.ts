// HubSpot: a batch of events; `--set` changes each of them.
import * as z from "zod";
import { assign } from "../assignments.ts";
import { json, type SampleSource } from "../delivery.ts";
import { signHubspot } from "../sign-hubspot.ts";

const Sample = z.array(z.record(z.string(), z.unknown()));

export const hubspot: SampleSource = {
  secretName: "HUBSPOT_CLIENT_SECRET",
  deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
    const url = `${baseUrl}/hooks/hubspot`;
    const events = Sample.parse(sample).map((event) =>
      assignments.reduce(assign, { ...event, eventId: eventIdOf(newId()), occurredAt: nowMs }),
    );
    const body = JSON.stringify(events);
    return { url, body, headers: json(signHubspot({ secret, method: "POST", url, body, timestamp: nowMs })) };
  },
};

/** HubSpot's event ids are random numbers of 31 bits. */
function eventIdOf(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8), 16) >>> 1;
}
