// Standard Webhooks: one message, signed with the first of several secrets.
import * as z from "zod";
import { bodyOf, json, type SampleSource } from "../delivery.ts";
import { signStandard } from "../sign-standard.ts";

const Sample = z.record(z.string(), z.unknown());

export const standard: SampleSource = {
  secretName: "STANDARD_WEBHOOKS_SECRETS",
  deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
    const body = bodyOf({ ...Sample.parse(sample), timestamp: new Date(nowMs).toISOString() }, assignments);
    const id = `msg_${newId().replaceAll("-", "")}`;
    const [current = ""] = secret.split(" ");
    const headers = signStandard({ secret: current, id, body, timestamp: Math.floor(nowMs / 1_000) });
    return { url: `${baseUrl}/hooks/standard`, body, headers: json(headers) };
  },
};
