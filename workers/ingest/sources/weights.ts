// How urgent a signal is and how sure we are of it, by source and event. Data only: the first opinion, on the event
// alone; `enrich` scores the urgency again when it knows the deal. Rule: every source has a default.
import type { Priority } from "#contract/envelope.ts";

type Weight = { urgency: Priority; confidence: number };
type Weights = { otherwise: Weight; events: Readonly<Record<string, Weight>> };

/** The CRM states facts about its own records. */
const fact = (urgency: Priority): Weight => ({ urgency, confidence: 1 });
/** Another system states what it believes. */
const claim = (urgency: Priority): Weight => ({ urgency, confidence: 0.8 });

export const WEIGHTS: Readonly<Record<string, Weights>> = {
  hubspot: {
    otherwise: fact("low"),
    events: {
      "deal.stage_changed": fact("high"),
      "deal.close_date_changed": fact("high"),
      "deal.amount_changed": fact("high"),
      "deal.owner_changed": fact("standard"),
      "deal.property_changed": fact("standard"),
      "deal.created": fact("standard"),
      "deal.deleted": fact("high"),
      "deal.restored": fact("standard"),
      "deal.merged": fact("standard"),
      "contact.added_to_deal": fact("standard"),
      "contact.removed_from_deal": fact("high"),
      "contact.privacy_deleted": fact("immediate"),
      "contact.created": fact("standard"),
      "conversation.message_added": fact("standard"),
      "ticket.created": fact("standard"),
    },
  },
  standard: {
    otherwise: claim("standard"),
    events: {
      "call.completed": claim("high"),
      "intent.surged": claim("high"),
      "contact.removed_from_deal": claim("high"),
    },
  },
};

const UNLISTED: Weight = { urgency: "standard", confidence: 0.5 };

/** The weight of an event; an unlisted one has its source's default. */
export function weightOf(source: string, event: string): Weight {
  const weights = WEIGHTS[source];
  return weights?.events[event] ?? weights?.otherwise ?? UNLISTED;
}
