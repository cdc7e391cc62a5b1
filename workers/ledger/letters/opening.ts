// What a letter says of the signal that it gave up before anybody told its arrival: enrich tells it, and enrich is what
// failed. Rule: the same as the arrival says, so it makes no difference which of the two comes first.
import { Envelope } from "#contract/envelope.ts";
import { parsePayload, signalReceived } from "#contract/messages.ts";
import { receivedStep } from "#runtime/received-step.ts";

/** `event` is the letter's, as JSON text. Null when it is no signal that can be read. */
export function openingOf(event: string) {
  const envelope = Envelope.safeParse(JSON.parse(event));
  if (!envelope.success || envelope.data.topic !== signalReceived.topic) return null;
  const parsed = parsePayload(signalReceived, envelope.data);
  if (!parsed.ok) return null;
  const { payload } = parsed.event;
  const { signal } = receivedStep(payload, "ledger", null);
  return signal === null ? null : { signal, contact_id: payload.contact_id };
}
