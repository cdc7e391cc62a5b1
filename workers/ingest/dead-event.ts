// An event of a request that was not understood, as a dead letter: a person sees what arrived and why it was refused.
// Rule: the event is kept as it arrived; one that no queue would take is cut to text that fits, and the reason says so.
import type { Envelope } from "#contract/envelope.ts";
import { deadLetter } from "#contract/messages.ts";
import type { QueueName } from "#contract/queues.ts";
import { createEnvelope, type EnvelopePorts, tooLarge } from "#runtime/publish.ts";

export type DeadEvent = {
  event: unknown;
  /** Begins with the JSON pointer of what is wrong. */
  reason: string;
  signalId: string | null;
  queue: QueueName;
  correlationId: string;
  /** Key of the raw body where it is kept. */
  rawRef: string | null;
};

/** Escaping can double it and more, so half as much is tried until it fits. */
const MAX_KEPT = 64_000;

/** The envelope of a dead letter for `signals-dead`, never larger than a queue takes. */
export function deadEvent(
  { event, reason, signalId, queue, correlationId, rawRef }: DeadEvent,
  ports: EnvelopePorts,
): Envelope {
  const failedAt = new Date(ports.now()).toISOString();
  const origin = { correlation_id: correlationId, priority: "standard", causation_id: null } as const;
  const letter = (kept: unknown, why: string) =>
    createEnvelope(
      deadLetter,
      {
        queue,
        stage: "ingest",
        code: "invalid_event",
        reason: why.slice(0, 2_000),
        attempts: 1,
        signal_id: signalId,
        first_failed_at: failedAt,
        failed_at: failedAt,
        ...(rawRef !== null && { raw_ref: rawRef }),
        event: kept,
      },
      origin,
      ports,
    );

  let envelope = letter(event, reason);
  const text = JSON.stringify(event);
  for (let kept = MAX_KEPT; tooLarge(envelope) !== null; kept /= 2) {
    const why = `${reason.slice(0, 1_800)} (the event has ${text.length} characters, the first ${kept} are kept as text)`;
    envelope = letter(text.slice(0, kept), why);
  }
  return envelope;
}
