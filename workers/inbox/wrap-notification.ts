// R2's notifications as the pipeline's events. Rule: R2 writes its own JSON onto the queue and knows no envelope; what it
// says is put into one as it is, and whether it is understood is decided where every event is parsed. An event that we
// published ourselves (tried again, or read further) has its envelope already.
import { fileDropped } from "#contract/messages.ts";
import type { Batch } from "#runtime/consume.ts";
import type { EnvelopePorts } from "#runtime/publish.ts";

export function wrapNotifications(batch: Batch, ports: EnvelopePorts): Batch {
  return {
    messages: batch.messages.map((message) => ({
      body: typeof message.body === "string" ? message.body : [wrapped(message.body, ports)],
      ack: () => message.ack(),
      retry: (options) => message.retry(options),
    })),
  };
}

function wrapped(payload: unknown, ports: EnvelopePorts) {
  const eventId = ports.newEventId();
  return {
    event_id: eventId,
    topic: fileDropped.topic,
    schema_version: fileDropped.version,
    priority: "low",
    correlation_id: eventId.replaceAll("-", ""),
    causation_id: null,
    attempt: 1,
    published_at: new Date(ports.now()).toISOString(),
    payload,
  };
}
