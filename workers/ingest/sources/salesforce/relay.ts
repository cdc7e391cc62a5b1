// The wrappers in which change events and platform events arrive over HTTP. Rule: all of them are taken off here, so
// that one event relayed in two ways is read as the same one.

/** A JSON object by its keys. */
export type JsonObject = Readonly<Record<string, unknown>>;

export type Unwrapped = {
  /** The object that carries the fields, and where it is. */
  payload: JsonObject;
  pointer: string;
  /** The event's type, `Low_Ink__e`, where a wrapper names it. */
  type: string | null;
  /** The event's id, where there is one. */
  eventUuid: unknown;
  /** The organization, where a wrapper names it; "" when it should and does not. */
  organizationId: string | undefined;
};

/** `aws.partner/salesforce.com/{organization}/{channel}` (Salesforce Event Relay). */
const PARTNER = /^aws\.partner\/salesforce\.com\/([^/]+)\//;

/**
 * Takes off `{source, "detail-type", detail}` (EventBridge), then `{data, channel}` (the streaming API's own), then
 * `{payload, event}`; whichever are there.
 */
export function unwrap(raw: JsonObject, at: string): Unwrapped {
  const bridged = isObject(raw.detail) && typeof raw.source === "string";
  const outer = bridged ? inside(raw, "detail", at) : { value: raw, pointer: at };
  const data = inside(outer.value, "data", outer.pointer);
  const { value: payload, pointer } = inside(data.value, "payload", data.pointer);
  const event = isObject(data.value.event) ? data.value.event : {};
  return {
    payload,
    pointer,
    type: lastPart(outer.value.channel) ?? (bridged ? lastPart(raw["detail-type"]) : null),
    eventUuid: event.EventUuid ?? payload.EventUuid ?? (bridged ? (outer.value.id ?? raw.id) : undefined),
    organizationId: bridged ? (PARTNER.exec(String(raw.source))?.[1] ?? "") : undefined,
  };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands under `key` where that is an object, otherwise `value` itself. */
function inside(value: JsonObject, key: string, pointer: string): { value: JsonObject; pointer: string } {
  const inner = value[key];
  return isObject(inner) ? { value: inner, pointer: `${pointer}/${key}` } : { value, pointer };
}

/** `/event/Low_Ink__e` and `Low_Ink__e` alike. */
function lastPart(channel: unknown): string | null {
  return typeof channel === "string" ? (/([A-Za-z]\w{0,99})$/.exec(channel)?.[1] ?? null) : null;
}
