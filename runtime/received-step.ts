// The first step of a signal's trail: it was received. Rule: it opens the signal's row, with a fate still in progress;
// of the payload it shows only the plain values, cut short, because the trail is no place for whole texts.
import type { AuditStep } from "#contract/audit-step.ts";
import type { SignalFacts, SignalReceived } from "#contract/signal-received.ts";
import { stepOf } from "./audit.ts";

const MAX_SHOWN = 200;

/** For the layer that made the signal: `ingest`, or `enrich` for what only many events together say. */
export function receivedStep(signal: SignalReceived, layer: AuditStep["layer"], durationMs: number | null): AuditStep {
  const { signal_type, source, subject, deal_id, account_id, urgency, fired_at, received_at, payload } = signal;
  return stepOf({
    signal_id: signal.signal_id,
    layer,
    step: "received",
    at: received_at,
    duration_ms: durationMs,
    summary: `Received ${payload.event} from ${source}.`,
    data: {
      contact_id: signal.contact_id,
      confidence: signal.confidence,
      ...(signal.raw_ref !== null && { raw_ref: signal.raw_ref }),
      ...shown(payload),
    },
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
}

function shown(payload: SignalFacts): Record<string, unknown> {
  const plain = Object.entries(payload).filter(([, value]) => typeof value !== "object" && value !== undefined);
  return Object.fromEntries(
    plain.map(([name, value]) => [name, typeof value === "string" ? value.slice(0, MAX_SHOWN) : value]),
  );
}
