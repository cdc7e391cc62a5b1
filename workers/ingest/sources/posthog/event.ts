// One PostHog event with its person, `{event: {uuid, event, distinct_id, properties, …}, person}`, as a behaviour.
// Rule: names that begin with `$` are PostHog's own; those that say what a visitor did are read, the others (autocapture,
// web vitals, feature flags, …) are ignored by name, and their properties never become facts.
// Meaning of the `$` names: posthog.com/docs/data/events and posthog.com/docs/data/properties.
import * as z from "zod";
import type { Behaviour, BehaviourKind } from "../behaviour/behaviour.ts";
import { Bag, firstText, Id, Moment } from "../behaviour/fields.ts";
import type { BehaviourReading } from "../behaviour/normalize.ts";
import { recordsOf, type Visitor } from "../behaviour/visitor.ts";
import { bodyErrors } from "../json.ts";

const KINDS: ReadonlyMap<string, BehaviourKind> = new Map([
  ["$pageview", "page"],
  ["$screen", "screen"],
  ["$identify", "identify"],
  ["$groupidentify", "group"],
  ["$create_alias", "alias"],
]);
const OddId = Id.catch(null);

const PosthogBody = z.object({
  event: z.object({
    uuid: Id,
    event: z.string("expected the name of the event").min(1).max(1_000),
    distinct_id: Id,
    properties: Bag,
    timestamp: Moment,
  }),
  person: z.object({ properties: Bag }).catch({ properties: {} }),
});
type PosthogBody = z.infer<typeof PosthogBody>;

/** Reads one body of the default template. */
export function readPosthogEvent(raw: unknown): BehaviourReading {
  const parsed = PosthogBody.safeParse(raw);
  if (!parsed.success) {
    const [{ pointer, detail }] = bodyErrors(parsed.error);
    return { kind: "invalid", pointer, reason: detail };
  }
  const { event } = parsed.data;
  const kind = KINDS.get(event.event) ?? (event.event.startsWith("$") ? null : "track");
  if (kind === null) return { kind: "ignored", name: event.event };
  if (event.uuid === null) return { kind: "invalid", pointer: "/event/uuid", reason: "expected the event's uuid" };
  return { kind: "behaviour", behaviour: behaviourOf(parsed.data, kind, event.uuid) };
}

function behaviourOf({ event, person }: PosthogBody, kind: BehaviourKind, uuid: string): Behaviour {
  const { properties } = event;
  const set = Bag.parse(properties.$set);
  const traits = kind === "group" ? Bag.parse(properties.$group_set) : { ...person.properties, ...set };
  const ofSomeone = kind === "identify" || kind === "group";
  return {
    kind,
    identity: [uuid],
    ...visitorOf(event),
    firedAt: event.timestamp,
    name: kind === "track" ? event.event : firstText(properties.$screen_name),
    url: firstText(properties.$current_url),
    title: firstText(properties.$title, properties.title),
    referrer: firstText(properties.$referrer),
    email: firstText(traits.email, traits.$email),
    groupId: kind === "group" ? OddId.parse(properties.$group_key) : null,
    previousId: kind === "alias" ? OddId.parse(properties.alias) : null,
    records: recordsOf(traits),
    bag: withoutOwn(ofSomeone ? traits : properties),
  };
}

/** `distinct_id` is the person's once they are identified, and the device's before (posthog.com/docs/data/anonymous-vs-identified-events). */
function visitorOf({ distinct_id: id, properties }: PosthogBody["event"]): Visitor {
  const device = OddId.parse(properties.$anon_distinct_id) ?? OddId.parse(properties.$device_id);
  const anonymous = properties.$is_identified === false || id === device;
  return anonymous ? { userId: null, anonymousId: id } : { userId: id, anonymousId: device };
}

function withoutOwn(bag: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(bag).filter(([name]) => !name.startsWith("$")));
}
