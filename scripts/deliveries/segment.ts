// Segment: one event of its spec. Signed with hex HMAC-SHA1 of the body: segment.com/docs/connections/destinations/
// catalog/actions-webhook, "Authentication".
import { createHmac } from "node:crypto";
import * as z from "zod";
import { bodyOf, json, type SampleSource } from "../delivery.ts";

const Sample = z.record(z.string(), z.unknown());

export const segment: SampleSource = {
  secretName: "SEGMENT_SHARED_SECRET",
  deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
    const event = { ...Sample.parse(sample), messageId: newId(), timestamp: new Date(nowMs).toISOString() };
    const body = bodyOf(event, assignments);
    const signature = createHmac("sha1", secret).update(body).digest("hex");
    return { url: `${baseUrl}/hooks/segment`, body, headers: json({ "x-signature": signature }) };
  },
};
