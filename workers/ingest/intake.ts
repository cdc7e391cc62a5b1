// From what an adapter read to what is published: the signals, and a dead letter for each event that was not understood.
// That a signal arrived is told by who takes it off its queue, unless a person asked for it to be read again. Rule: every event of a request is counted once, as accepted, ignored or rejected; a
// second copy of a signal within one request is ignored.
import type { Envelope } from "#contract/envelope.ts";
import { auditStep, erasureRequested, signalReceived } from "#contract/messages.ts";
import type { SignalIdentity } from "#contract/signal-received.ts";
import { createEnvelope, type EnvelopePorts, tooLarge } from "#runtime/publish.ts";
import { receivedStep } from "#runtime/received-step.ts";
import { replayedStep } from "#runtime/replayed-step.ts";
import { signalOf } from "#runtime/signal.ts";
import { deadEvent } from "./dead-event.ts";
import { erasureOf } from "./erasure.ts";
import type { Reading, Source } from "./sources/source.ts";

export type Intake = {
  signals: Envelope[];
  /** Of what is read again. */
  steps: Envelope[];
  erasures: Envelope[];
  dead: Envelope[];
  /** What each ignored event is: its name, or `duplicate`. */
  ignored: string[];
  /** One for each accepted signal, in the order of the request. */
  identities: SignalIdentity[];
};

/** The request that the readings are of. */
type Arrival = {
  source: Pick<Source, "name" | "lane" | "erasesOn">;
  receivedAtMs: number;
  /** The request's own, for events that are no signal. */
  correlationId: string;
  /** Key of the raw body where it is kept. */
  rawRef: string | null;
  /** Who asked for it to be read again, and by which event; null the first time. */
  replay: { requestedBy: string; eventId: string } | null;
};

export async function intakeOf(
  readings: readonly Reading[],
  { source, receivedAtMs, correlationId, rawRef, replay }: Arrival,
  ports: EnvelopePorts,
): Promise<Intake> {
  const receivedAt = new Date(receivedAtMs).toISOString();
  const intake: Intake = { signals: [], steps: [], erasures: [], dead: [], ignored: [], identities: [] };
  const seen = new Set<string>();
  const kept = rawRef === null ? "" : ` (the request is kept as ${rawRef} and can be replayed after a fix)`;
  const reject = (event: unknown, what: string, signalId: string | null) => {
    const reason = what.slice(0, 1_500) + kept;
    intake.dead.push(deadEvent({ event, reason, signalId, queue: source.lane, correlationId, rawRef }, ports));
  };

  for (const reading of readings) {
    if (reading.kind === "ignored") {
      intake.ignored.push(reading.name);
      continue;
    }
    if (reading.kind === "invalid") {
      reject(reading.raw, `${reading.pointer || "/"}: ${reading.reason}`, null);
      continue;
    }
    const result = await signalOf(reading.draft, source.name, receivedAt, rawRef);
    if (!result.ok) {
      reject(reading.raw, `${reading.pointer || "/"}: ${result.reason}`, null);
      continue;
    }
    const { signal, correlationId: trace } = result;
    if (seen.has(signal.signal_id)) {
      intake.ignored.push("duplicate");
      continue;
    }
    const origin = { correlation_id: trace, priority: signal.urgency, causation_id: replay?.eventId ?? null };
    const envelope = createEnvelope(signalReceived, signal, origin, ports);
    const oversized = tooLarge(envelope);
    if (oversized !== null) {
      reject(reading.raw, `${reading.pointer || "/"}: ${oversized}`, signal.signal_id);
      continue;
    }
    seen.add(signal.signal_id);
    intake.signals.push(envelope);
    if (source.erasesOn?.includes(signal.payload.event)) {
      const caused = { ...origin, causation_id: envelope.event_id };
      intake.erasures.push(createEnvelope(erasureRequested, erasureOf(signal), caused, ports));
    }
    if (replay !== null) {
      const received = receivedStep(signal, "ingest", null);
      const step = replayedStep(received, rawRef, replay.requestedBy, new Date(ports.now()).toISOString());
      intake.steps.push(createEnvelope(auditStep, step, { ...origin, causation_id: envelope.event_id }, ports));
    }
    intake.identities.push({ signal_id: signal.signal_id, correlation_id: trace });
  }
  return intake;
}
