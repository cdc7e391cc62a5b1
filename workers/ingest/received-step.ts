// The first step of a signal's trail: it was received. Rule: it opens the signal's row, with a fate still in progress;
// of the payload it shows only the plain values, cut short, because the trail is no place for whole texts.
import type { Envelope } from "#contract/envelope.ts";
import { auditStep } from "#contract/messages.ts";
import type { SignalFacts, SignalReceived } from "#contract/signal-received.ts";
import { stepOf } from "#runtime/audit.ts";
import { createEnvelope, type EnvelopePorts } from "#runtime/publish.ts";

const MAX_SHOWN = 200;

/** `cause` is the signal's own envelope; the step belongs to its trace. */
export function receivedStep(
  signal: SignalReceived,
  cause: Envelope,
  receivedAtMs: number,
  ports: EnvelopePorts,
): Envelope {
  const { signal_type, source, subject, deal_id, account_id, urgency, fired_at, received_at, payload } = signal;
  const step = stepOf({
    signal_id: signal.signal_id,
    layer: "ingest",
    step: "received",
    at: received_at,
    duration_ms: Math.max(0, ports.now() - receivedAtMs),
    summary: `Received ${payload.event} from ${source}.`,
    data: { contact_id: signal.contact_id, confidence: signal.confidence, ...shown(payload) },
    signal: {
      signal_type,
      source,
      event: payload.event,
      subject,
      deal_id,
      account_id,
      urgency,
      fired_at,
      received_at,
    },
    fate: "in_progress",
  });
  const origin = { correlation_id: cause.correlation_id, priority: urgency, causation_id: cause.event_id };
  return createEnvelope(auditStep, step, origin, ports);
}

function shown(payload: SignalFacts): Record<string, unknown> {
  const plain = Object.entries(payload).filter(([, value]) => typeof value !== "object" && value !== undefined);
  return Object.fromEntries(
    plain.map(([name, value]) => [name, typeof value === "string" ? value.slice(0, MAX_SHOWN) : value]),
  );
}
