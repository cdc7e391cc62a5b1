// Reads the body of a queue message back into envelopes. Rule: one bad envelope never hides the good ones beside it.
import { Envelope } from "#contract/envelope.ts";
import { describeIssues } from "#contract/messages.ts";

export type Unpacked = { ok: true; envelope: Envelope } | { ok: false; reason: string; raw: unknown };

/** Accepts the text that `publish` writes, and parsed JSON, which is how a person's hand-made message arrives. */
export function unpack(body: unknown): Unpacked[] {
  let parsed = body;
  if (typeof body === "string") {
    try {
      parsed = JSON.parse(body);
    } catch {
      return [{ ok: false, reason: "the message is not JSON", raw: body }];
    }
  }
  if (!Array.isArray(parsed)) return [{ ok: false, reason: "the message is not an array of envelopes", raw: parsed }];
  return parsed.map((raw: unknown) => {
    const result = Envelope.safeParse(raw);
    if (result.success) return { ok: true, envelope: result.data };
    return { ok: false, reason: `not an envelope: ${describeIssues(result.error)}`, raw };
  });
}
