// From a Standard Webhooks message to a signal. Rule: what the sender says explicitly wins; what it does not say comes
// from the message's type; what is left over is kept as facts, flat and cut to the contract's limits.
import type { SignalFacts, SignalType } from "#contract/signal-received.ts";
import type { SignalDraft } from "../source.ts";
import { Data, type Message } from "./message.ts";

/** Events that are more than `custom` without saying so. */
const SIGNAL_TYPES: Readonly<Record<string, SignalType>> = {
  "call.completed": "call_complete",
  "intent.surged": "intent",
  "page.viewed": "behavioral",
  "contact.added_to_deal": "stakeholder_change",
  "contact.removed_from_deal": "stakeholder_change",
};

const MAX_FACTS = 50;
const MAX_FACT = 2_000;
/** Three such words are an event of at most 100 characters. */
const MAX_WORD = 30;

type Fact = NonNullable<SignalFacts["facts"]>[string];

/** `id` is the `webhook-id`, which is the identity, and the subject where the message names no record. */
export function draftOf({ type, timestamp, data }: Message, id: string, receivedAt: string): SignalDraft {
  const given: Data = data ?? {};
  const event = given.event ?? eventOf(type);
  const { deal_id = null, contact_id = null, account_id = null, urgency } = given;
  return {
    signal_type: given.signal_type ?? SIGNAL_TYPES[event] ?? "custom",
    subject: deal_id ?? contact_id ?? account_id ?? `standard:${id}`,
    deal_id,
    contact_id,
    account_id,
    payload: {
      event,
      property: given.property ?? undefined,
      old_value: given.old_value ?? undefined,
      new_value: given.new_value ?? undefined,
      text: given.text ?? undefined,
      topics: given.topics ?? undefined,
      competitors: given.competitors ?? undefined,
      score: given.score ?? undefined,
      url: given.url ?? undefined,
      facts: factsOf(type, given),
    },
    ...(urgency ? { urgency } : {}),
    fired_at: typeof timestamp === "number" ? new Date(timestamp).toISOString() : receivedAt,
    identity: [id],
  };
}

/** A type of any style in ours: `contact.created` as it is, `userSignedUp` as `custom.user_signed_up`. */
function eventOf(type: string): string {
  const words = type
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[./:]+/)
    .map((word) => word.replace(/[^a-z0-9]+/g, "_").replace(/^[_0-9]+|_+$/g, ""))
    .filter((word) => word !== "")
    .map((word) => word.slice(0, MAX_WORD));
  return words.length > 1 ? words.slice(0, 3).join(".") : `custom.${words[0] ?? "event"}`;
}

function factsOf(type: string, data: Data): SignalFacts["facts"] {
  const facts = Object.entries(data).flatMap(([name, value]): [string, Fact][] => {
    if (Object.hasOwn(Data.shape, name) || name.length > 100) return [];
    if (typeof value === "string") return [[name, value.slice(0, MAX_FACT)]];
    if (typeof value === "number") return Number.isFinite(value) ? [[name, value]] : [];
    return typeof value === "boolean" || value === null ? [[name, value]] : [];
  });
  return Object.fromEntries([...facts.slice(0, MAX_FACTS), ["type", type]]);
}
