// From a message in our own words (see message.ts) to a signal, for every source that speaks them. Rule: what the
// sender says explicitly wins; what it does not say comes from the message's type; what is left over is kept as facts,
// flat and cut to the contract's limits.
import type { SignalFacts, SignalType } from "#contract/signal-received.ts";
import type { SignalDraft } from "#runtime/signal.ts";
import { Data } from "./message.ts";

/** Events that are more than `custom` without saying so. */
const SIGNAL_TYPES: Readonly<Record<string, SignalType>> = {
  "call.completed": "call_complete",
  "intent.surged": "intent",
  "page.viewed": "behavioral",
  "contact.added_to_deal": "stakeholder_change",
  "contact.removed_from_deal": "stakeholder_change",
  "contact.title_changed": "stakeholder_change",
  "contact.employer_changed": "stakeholder_change",
  "contact.email_bounced": "stakeholder_change",
  "contact.buying_role_changed": "stakeholder_change",
};

const MAX_FACTS = 50;
const MAX_FACT = 2_000;
/** Three such words are an event of at most 100 characters. */
const MAX_WORD = 30;

export type Fact = NonNullable<SignalFacts["facts"]>[string];

/** What the envelope around the words says: a Standard Webhooks message, or a CloudEvent. */
export type Spoken = {
  type: string;
  data: Data;
  /** An Instant. */
  firedAt: string;
  identity: readonly string[];
  /** The subject where the message names no record. */
  itself: string;
  /** What else the envelope says; wins over a fact of that name. */
  facts?: Readonly<Record<string, Fact>>;
};

/** The signal of a message. */
export function draftOf({ type, data, firedAt, identity, itself, facts }: Spoken): SignalDraft {
  const event = data.event ?? eventOf(type);
  const { deal_id = null, contact_id = null, account_id = null, urgency } = data;
  return {
    signal_type: data.signal_type ?? SIGNAL_TYPES[event] ?? "custom",
    subject: deal_id ?? contact_id ?? account_id ?? itself,
    deal_id,
    contact_id,
    account_id,
    payload: {
      event,
      property: data.property ?? undefined,
      old_value: data.old_value ?? undefined,
      new_value: data.new_value ?? undefined,
      text: data.text ?? undefined,
      topics: data.topics ?? undefined,
      competitors: data.competitors ?? undefined,
      score: data.score ?? undefined,
      url: data.url ?? undefined,
      facts: { ...factsOf(data), ...facts, type },
    },
    ...(urgency ? { urgency } : {}),
    fired_at: firedAt,
    identity,
  };
}

/**
 * A type of any style in ours: `contact.created` as it is, `userSignedUp` as `custom.user_signed_up`, the last three
 * words of a longer one (`com.example.shop.order.created` begins with who says it).
 */
function eventOf(type: string): string {
  const words = type
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[./:]+/)
    .map((word) => word.replace(/[^a-z0-9]+/g, "_").replace(/^[_0-9]+|_+$/g, ""))
    .filter((word) => word !== "")
    .map((word) => word.slice(0, MAX_WORD));
  return words.length > 1 ? words.slice(-3).join(".") : `custom.${words[0] ?? "event"}`;
}

/** The plain values of `data` that are none of our fields. */
function factsOf(data: Data): Record<string, Fact> {
  const facts = Object.entries(data).flatMap(([name, value]): [string, Fact][] => {
    if (Object.hasOwn(Data.shape, name) || name.length > 100) return [];
    if (typeof value === "string") return [[name, value.slice(0, MAX_FACT)]];
    if (typeof value === "number") return Number.isFinite(value) ? [[name, value]] : [];
    return typeof value === "boolean" || value === null ? [[name, value]] : [];
  });
  return Object.fromEntries(facts.slice(0, MAX_FACTS));
}
