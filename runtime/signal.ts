// From an adapter's draft to the signal on the wire: its ids, its weight and its times. Rule: both ids derive from the
// same parts, the source's name and its own identity of the event, so a redelivery is the same signal in the same trail.
import { describeIssues } from "#contract/messages.ts";
import { SignalReceived } from "#contract/signal-received.ts";
import { weightOf } from "#contract/weights.ts";
import { deriveIdentity } from "./digest.ts";

/**
 * What happened, before the core gives it its ids. `identity` is the source's own name for the event: the same for
 * every redelivery, different for every other event, nothing of the request or of its arrival.
 */
export type SignalDraft = Pick<
  SignalReceived,
  "signal_type" | "subject" | "account_id" | "deal_id" | "contact_id" | "payload" | "fired_at"
> &
  /** Given by the sender itself; otherwise contract/weights.ts says. */
  Partial<Pick<SignalReceived, "urgency">> & { identity: readonly (string | null)[] };

export type SignalResult =
  | { ok: true; signal: SignalReceived; correlationId: string }
  /** The draft breaks the contract; `reason` says where. */
  | { ok: false; reason: string };

/**
 * The signal of a draft of `source`; `receivedAt` is an Instant, `rawRef` the key of the raw body where it is kept.
 * The draft's own urgency wins over the table's.
 */
export async function signalOf(
  { identity, ...draft }: SignalDraft,
  source: string,
  receivedAt: string,
  rawRef: string | null = null,
): Promise<SignalResult> {
  const parts = [source, ...identity];
  const { signal_id, correlation_id } = await deriveIdentity(parts);
  const parsed = SignalReceived.safeParse({
    signal_id,
    source,
    ...weightOf(source, draft.payload.event),
    ...draft,
    // A sender's clock may run ahead; an event of the future would make all that follow it look stale.
    fired_at: draft.fired_at > receivedAt ? receivedAt : draft.fired_at,
    received_at: receivedAt,
    raw_ref: rawRef,
  });
  if (!parsed.success) return { ok: false, reason: `not a valid signal: ${describeIssues(parsed.error)}` };
  return { ok: true, signal: parsed.data, correlationId: correlation_id };
}
