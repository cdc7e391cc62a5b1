// What the beacon sends: `{writeKey, anonymousId, sentAt, events: [{id, type, name?, url, title?, referrer?, at, userId?,
// traits?}]}`, or one event with its anonymousId at the top. Rules: an event is known by its browser's id and its own;
// times are the browser's, so they are moved by what its clock is off.
import * as z from "zod";
import type { BehaviourKind } from "../behaviour/behaviour.ts";
import { Bag, firstText, Id, Moment, Text } from "../behaviour/fields.ts";
import { type BehaviourReading, readingOf } from "../behaviour/normalize.ts";
import { NO_RECORDS } from "../behaviour/visitor.ts";
import { bodyErrors } from "../json.ts";
import type { Normalized } from "../source.ts";

const MAX_EVENTS = 50;

const KINDS: ReadonlyMap<string, BehaviourKind> = new Map([
  ["page", "page"],
  ["track", "track"],
  ["identify", "identify"],
]);

const Message = z.object({
  anonymousId: Id,
  sentAt: Moment,
  events: z.array(z.unknown()).max(MAX_EVENTS, `at most ${MAX_EVENTS} events in one request`).optional(),
});

const Event = z.object({
  id: Id,
  type: z.string("expected the type of the event: page, track or identify"),
  name: Text,
  url: Text,
  title: Text,
  referrer: Text,
  at: Moment,
  /** Another name of `at`. */
  ts: Moment,
  userId: Id,
  traits: Bag,
});

/** `receivedAt` is an Instant. */
export function readMessage(body: unknown, receivedAt: string): Normalized {
  const message = Message.safeParse(body);
  if (!message.success) return { ok: false, errors: bodyErrors(message.error) };
  const { anonymousId, sentAt, events } = message.data;
  if (anonymousId === null) {
    return { ok: false, errors: [{ pointer: "/anonymousId", detail: "expected the id of the browser" }] };
  }
  const aheadMs = Date.parse(sentAt ?? receivedAt) - Date.parse(receivedAt);
  const read = (raw: unknown, pointer: string) =>
    readingOf(readEvent(raw, anonymousId, aheadMs), "track", receivedAt, pointer, raw);
  if (events !== undefined) return { ok: true, readings: events.map((raw, index) => read(raw, `/events/${index}`)) };
  const reading = read(body, "");
  if (reading.kind !== "invalid") return { ok: true, readings: [reading] };
  return { ok: false, errors: [{ pointer: reading.pointer, detail: reading.reason }] };
}

/** `aheadMs` is by how much the browser's clock is ahead of ours. */
function readEvent(raw: unknown, anonymousId: string, aheadMs: number): BehaviourReading {
  const parsed = Event.safeParse(raw);
  if (!parsed.success) {
    const [{ pointer, detail }] = bodyErrors(parsed.error);
    return { kind: "invalid", pointer, reason: detail };
  }
  const { id, type, name, url, title, referrer, userId, traits } = parsed.data;
  const kind = KINDS.get(type);
  if (kind === undefined) return { kind: "ignored", name: type };
  const at = parsed.data.at ?? parsed.data.ts;
  if (id === null && at === null) return { kind: "invalid", pointer: "/id", reason: "expected its id, or its time" };
  const behaviour = {
    kind,
    identity: id === null ? [anonymousId, kind, name, url, at] : [anonymousId, id],
    userId,
    anonymousId,
    groupId: null,
    previousId: null,
    firedAt: at === null ? null : new Date(Math.max(0, Date.parse(at) - aheadMs)).toISOString(),
    name,
    url,
    title,
    referrer,
    email: firstText(traits.email),
    records: NO_RECORDS,
    bag: traits,
  };
  return { kind: "behaviour", behaviour };
}
