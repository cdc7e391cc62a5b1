// Slack: one event of the Events API, signed as v0: docs.slack.dev/authentication/verifying-requests-from-slack
import { createHmac } from "node:crypto";
import * as z from "zod";
import { bodyOf, json, type SampleSource } from "../delivery.ts";

const Sample = z.looseObject({ event: z.record(z.string(), z.unknown()) });

export const slack: SampleSource = {
  secretName: "SLACK_SIGNING_SECRET",
  deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
    const seconds = Math.floor(nowMs / 1_000);
    const { event, ...rest } = Sample.parse(sample);
    // The six decimals make it the message's id.
    const ts = `${seconds}.${String(Number.parseInt(newId().slice(0, 5), 16) % 1_000_000).padStart(6, "0")}`;
    const id = `Ev${newId().replaceAll("-", "").slice(0, 10).toUpperCase()}`;
    const made = { ...rest, event: { ...event, ts, event_ts: ts }, event_id: id, event_time: seconds };
    const body = bodyOf(made, assignments);
    const signature = createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex");
    const headers = { "x-slack-request-timestamp": String(seconds), "x-slack-signature": `v0=${signature}` };
    return { url: `${baseUrl}/hooks/slack`, body, headers: json(headers) };
  },
};
