// From what an adapter read to what is published: the signals, the first audit step of each, and a dead letter for each
// event that was not understood. Rule: every event of a request is counted once, as accepted, ignored or rejected; a
// second copy of a signal within one request is ignored.
import type { Envelope } from "#contract/envelope.ts";
import { signalReceived } from "#contract/messages.ts";
import type { SignalIdentity } from "#contract/signal-received.ts";
import { createEnvelope, type EnvelopePorts, tooLarge } from "#runtime/publish.ts";
import { deadEvent } from "./dead-event.ts";
import { receivedStep } from "./received-step.ts";
import { signalOf } from "./signal.ts";
import type { Reading, Source } from "./sources/source.ts";

export type Intake = {
  signals: Envelope[];
  steps: Envelope[];
  dead: Envelope[];
  /** What each ignored event is: its name, or `duplicate`. */
  ignored: string[];
  /** One for each accepted signal, in the order of the request. */
  identities: SignalIdentity[];
};

/** `receivedAtMs` is when the request came; `correlationId` is the request's, for events that are no signal. */
export async function intakeOf(
  readings: readonly Reading[],
  source: Pick<Source, "name" | "lane">,
  receivedAtMs: number,
  correlationId: string,
  ports: EnvelopePorts,
): Promise<Intake> {
  const receivedAt = new Date(receivedAtMs).toISOString();
  const intake: Intake = { signals: [], steps: [], dead: [], ignored: [], identities: [] };
  const seen = new Set<string>();
  const reject = (event: unknown, reason: string, signalId: string | null) =>
    intake.dead.push(deadEvent({ event, reason, signalId, queue: source.lane, correlationId }, ports));

  for (const reading of readings) {
    if (reading.kind === "ignored") {
      intake.ignored.push(reading.name);
      continue;
    }
    if (reading.kind === "invalid") {
      reject(reading.raw, `${reading.pointer || "/"}: ${reading.reason}`, null);
      continue;
    }
    const result = await signalOf(reading.draft, source.name, receivedAt);
    if (!result.ok) {
      reject(reading.raw, `${reading.pointer || "/"}: ${result.reason}`, null);
      continue;
    }
    const { signal, correlationId: trace } = result;
    if (seen.has(signal.signal_id)) {
      intake.ignored.push("duplicate");
      continue;
    }
    const origin = { correlation_id: trace, priority: signal.urgency, causation_id: null };
    const envelope = createEnvelope(signalReceived, signal, origin, ports);
    const oversized = tooLarge(envelope);
    if (oversized !== null) {
      reject(reading.raw, `${reading.pointer || "/"}: ${oversized}`, signal.signal_id);
      continue;
    }
    seen.add(signal.signal_id);
    intake.signals.push(envelope);
    intake.steps.push(receivedStep(signal, envelope, receivedAtMs, ports));
    intake.identities.push({ signal_id: signal.signal_id, correlation_id: trace });
  }
  return intake;
}
