// The first step of a signal's trail, told by who takes the signal off its queue: ingest answers without waiting for a
// second queue, and the arrivals of a batch travel together. Rules: told whatever becomes of the signal, each time under
// the id of its event, so that it is one step; what an event of ours led to (a replay, a report) is told by who made it.

import type { Event } from "#contract/envelope.ts";
import { auditStep } from "#contract/messages.ts";
import { MAIL_SOURCE } from "#contract/raw-body.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import type { BatchHandler } from "#runtime/consume.ts";
import { type Emission, retry } from "#runtime/outcome.ts";
import { createEnvelope, type EnvelopePorts } from "#runtime/publish.ts";
import { receivedStep } from "#runtime/received-step.ts";

/** Outcomes as `handle` gave them, with one more step to publish. */
export function tellArrivals(handle: BatchHandler<SignalReceived>, ports: EnvelopePorts): BatchHandler<SignalReceived> {
  return async (events) => {
    const outcomes = await handle(events);
    return events.map((event, index) => {
      const outcome = outcomes[index] ?? retry("the handler gave no outcome");
      return event.causation_id === null ? { ...outcome, emits: [...outcome.emits, arrivalOf(event, ports)] } : outcome;
    });
  };
}

function arrivalOf(event: Event<SignalReceived>, ports: EnvelopePorts): Emission {
  const { payload: signal, event_id } = event;
  const layer = signal.source === MAIL_SOURCE ? "inbox" : "ingest";
  const took = Math.max(0, Date.parse(event.published_at) - Date.parse(signal.received_at));
  const envelope = createEnvelope(auditStep, receivedStep(signal, layer, took), event, {
    ...ports,
    codeVersion: event.code_version,
    newEventId: () => event_id,
  });
  return { queue: "audit", envelope };
}
