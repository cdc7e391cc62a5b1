// What a visitor did, in words that every analytics product knows, and the signal that it is. Rule: a source reads its
// own format into a Behaviour; what a behaviour means is decided here, once.
import type { SignalDraft } from "#runtime/signal.ts";
import { factsOf } from "./facts.ts";
import { type Records, referenceOf, type Visitor, visitorReference } from "./visitor.ts";

const EVENTS = {
  page: "page.viewed",
  screen: "screen.viewed",
  track: "behavior.tracked",
  identify: "person.identified",
  alias: "person.aliased",
  delete: "person.deletion_requested",
  group: "account.identified",
} as const;

export type BehaviourKind = keyof typeof EVENTS;

export type Behaviour = Visitor & {
  kind: BehaviourKind;
  /** By what the source tells this event from every other. */
  identity: readonly (string | null)[];
  /** An Instant; one that lies ahead counts as the time of arrival. */
  firedAt: string | null;
  /** The source's own name of the tracked event, the page or the screen. */
  name: string | null;
  url: string | null;
  title: string | null;
  referrer: string | null;
  email: string | null;
  /** The company, workspace or team of a `group`. */
  groupId: string | null;
  /** The id that an `alias` replaces. */
  previousId: string | null;
  records: Records;
  /** What else is said: traits of a person or a group, properties of the rest. */
  bag: Readonly<Record<string, unknown>>;
};

export function behaviourKind(type: string): BehaviourKind | null {
  return Object.keys(EVENTS).find((kind): kind is BehaviourKind => kind === type) ?? null;
}

const MAX_URL = 2_000;
const ADDRESS = /^[^\s@]{1,64}@[^\s@]{1,190}$/;

/** The signal of a behaviour; null when it names nobody that it could be about. `receivedAt` is an Instant. */
export function draftOf(source: string, behaviour: Behaviour, receivedAt: string): SignalDraft | null {
  const { kind, records, groupId } = behaviour;
  const group = kind === "group" && groupId !== null ? referenceOf(source, "group", groupId) : null;
  const about = group ?? visitorReference(source, behaviour);
  if (about === null) return null;
  const firedAt = behaviour.firedAt ?? receivedAt;
  return {
    signal_type: kind === "delete" ? "custom" : "behavioral",
    subject: records.contact_id ?? records.account_id ?? about,
    deal_id: null,
    ...records,
    payload: {
      event: EVENTS[kind],
      url: webAddress(behaviour.url),
      facts: factsOf(ownFacts(behaviour), behaviour.bag),
    },
    fired_at: firedAt > receivedAt ? receivedAt : firedAt,
    identity: behaviour.identity,
  };
}

/** An id that is an address is told as the address it is, and only there. */
function ownFacts({ userId, anonymousId, groupId, previousId, name, title, referrer, email }: Behaviour) {
  const isAddress = userId !== null && ADDRESS.test(userId);
  return {
    name,
    title,
    referrer,
    user_id: isAddress ? null : userId,
    anonymous_id: anonymousId,
    group_id: groupId,
    previous_id: previousId,
    email: [email, userId].find((text) => text !== null && ADDRESS.test(text)) ?? null,
  };
}

/** Addresses of the web only: pages show it as a link, and `javascript:` is an address, too. */
function webAddress(url: string | null): string | undefined {
  return url !== null && /^https?:\/\/\S/i.test(url) ? url.slice(0, MAX_URL) : undefined;
}
