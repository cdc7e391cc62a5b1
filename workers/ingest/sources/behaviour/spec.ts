// The Segment Spec, the format that Segment defined and RudderStack follows: track, page, identify, screen, group,
// alias, delete. Rule: `messageId` is the event, whatever its delivery; its type belongs to it, because the examples of
// the spec share one id. Spec: https://segment.com/docs/connections/spec/common/
import * as z from "zod";
import { bodyErrors } from "../json.ts";
import { type BehaviourKind, behaviourKind } from "./behaviour.ts";
import { Bag, firstText, Id, Moment, Text } from "./fields.ts";
import type { BehaviourReading } from "./normalize.ts";
import { recordsOf } from "./visitor.ts";

const Head = z.object({ type: z.string("expected the type of the call, for example track") });

const SpecEvent = z.object({
  messageId: Id,
  /** RudderStack's mobile libraries write it so. */
  message_id: Id,
  userId: Id,
  anonymousId: Id,
  groupId: Id,
  previousId: Id,
  event: Text,
  name: Text,
  properties: Bag,
  traits: Bag,
  context: z.object({ page: Bag, traits: Bag }).catch({ page: {}, traits: {} }),
  /** The first that is a moment counts; `timestamp` is the one that is corrected for the device's clock. */
  timestamp: Moment,
  originalTimestamp: Moment,
  receivedAt: Moment,
  sentAt: Moment,
});
type SpecEvent = z.infer<typeof SpecEvent>;

/** Properties that have a field of their own in a signal, or only repeat a part of the URL. */
const TOLD = new Set(["url", "title", "referrer", "path", "search", "name"]);

/** Reads one event of the spec. A type that is not one of its calls is ignored by name. */
export function readSpecEvent(raw: unknown): BehaviourReading {
  const head = Head.safeParse(raw);
  if (!head.success) return invalid(head.error);
  const kind = behaviourKind(head.data.type);
  if (kind === null) return { kind: "ignored", name: head.data.type };
  const parsed = SpecEvent.safeParse(raw);
  if (!parsed.success) return invalid(parsed.error);
  const event = parsed.data;
  const id = event.messageId ?? event.message_id;
  if (id === null) return { kind: "invalid", pointer: "/messageId", reason: "expected the id of the message" };
  if (kind === "track" && event.event === null) {
    return { kind: "invalid", pointer: "/event", reason: "expected the name of the tracked event" };
  }
  return { kind: "behaviour", behaviour: behaviourOf(event, kind, id) };
}

function behaviourOf(event: SpecEvent, kind: BehaviourKind, id: string) {
  const { userId, anonymousId, groupId, previousId, properties, context } = event;
  const traits = { ...context.traits, ...event.traits };
  const ofSomeone = kind === "identify" || kind === "group";
  const untold = Object.entries(properties).filter(([name]) => !TOLD.has(name));
  return {
    kind,
    identity: [kind, id],
    userId,
    anonymousId,
    groupId,
    previousId,
    firedAt: event.timestamp ?? event.originalTimestamp ?? event.receivedAt ?? event.sentAt,
    name: kind === "track" ? event.event : firstText(event.name, properties.name),
    url: firstText(properties.url, context.page.url),
    title: firstText(properties.title, context.page.title),
    referrer: firstText(properties.referrer, context.page.referrer),
    email: firstText(traits.email),
    records: recordsOf(traits),
    bag: ofSomeone ? event.traits : Object.fromEntries(untold),
  };
}

function invalid(error: z.ZodError): BehaviourReading {
  const [{ pointer, detail }] = bodyErrors(error);
  return { kind: "invalid", pointer, reason: detail };
}
