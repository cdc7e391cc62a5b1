// Platform events: what an org's own automation publishes. Rule: `EventUuid` is the identity; the event is about the
// records whose ids its fields hold, else about itself. What its fields mean is for rules to say: `facts.object` is its
// type, and its fields are facts.
// Source of the format: developer.salesforce.com, Platform Events Developer Guide.
import type { Reading } from "../source.ts";
import { fieldsOf } from "./fields.ts";
import { draftOf } from "./record-change.ts";
import type { Unwrapped } from "./relay.ts";

/** `raw` is the whole event as it arrived. */
export function readPlatformEvent(event: Unwrapped, raw: unknown, receivedAt: string): Reading {
  const { payload, pointer, type, eventUuid } = event;
  if (typeof eventUuid !== "string" || !/^[\w-]{1,100}$/.test(eventUuid)) {
    const reason = "expected EventUuid, by which a redelivery is recognised";
    return { kind: "invalid", pointer: `${pointer}/EventUuid`, reason, raw };
  }
  const fields = fieldsOf(payload, ["EventUuid"]);
  const createdBy = fields.get("CreatedById");
  const draft = draftOf(
    {
      object: type ?? "platform_event",
      recordId: eventUuid,
      kind: "published",
      changed: [],
      fields,
      changedBy: typeof createdBy === "string" ? createdBy : null,
      facts: {},
      occurredAt: fields.get("CreatedDate"),
      identity: ["event", eventUuid],
    },
    receivedAt,
  );
  return { kind: "signal", draft, pointer, raw };
}
