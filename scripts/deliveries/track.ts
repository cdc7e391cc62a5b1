// The website's beacon: one event of a page, with the origin that a browser would send. Rule: a page without a host is
// one of the receiver's own, which the sandbox allows; `--set url=https://www.example.com/pricing` is another.
import * as z from "zod";
import { assign } from "../assignments.ts";
import { json, type SampleSource } from "../delivery.ts";

const Sample = z.looseObject({ url: z.string() });

export const track: SampleSource = {
  secretName: "TRACK_WRITE_KEYS",
  deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
    const [writeKey] = secret.split(/[\s,]+/);
    const made = { writeKey, ...Sample.parse(sample), id: newId(), at: nowMs, sentAt: nowMs };
    const event = Sample.parse(assignments.reduce(assign, made));
    const page = new URL(event.url, baseUrl);
    const body = JSON.stringify({ ...event, url: page.href });
    return { url: `${baseUrl}/track`, body, headers: json({ origin: page.origin }) };
  },
};
