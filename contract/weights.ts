// How urgent a signal is and how sure we are of it, by source and event. Data only: the first opinion, on the event
// alone; `enrich` scores the urgency again when it knows the deal. Rule: every source has a default.
import type { Priority } from "#contract/envelope.ts";

type Weight = { urgency: Priority; confidence: number };
type Weights = { otherwise: Weight; events: Readonly<Record<string, Weight>> };

/** The CRM states facts about its own records. */
const fact = (urgency: Priority): Weight => ({ urgency, confidence: 1 });
/** Another system states what it believes. */
const claim = (urgency: Priority): Weight => ({ urgency, confidence: 0.8 });
/** What visitors did, as a product analytics tool saw it; a browser's own word is worth less. */
const visits = (confidence: number): Weights => ({
  otherwise: { urgency: "low", confidence },
  events: {
    "behavior.tracked": { urgency: "standard", confidence },
    "person.identified": { urgency: "standard", confidence },
    "person.deletion_requested": { urgency: "immediate", confidence },
  },
});

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
      "contact.title_changed": fact("standard"),
      "contact.employer_changed": fact("high"),
      "contact.email_bounced": fact("high"),
      "contact.buying_role_changed": fact("standard"),
      "contact.privacy_deleted": fact("immediate"),
      "contact.created": fact("standard"),
      "conversation.message_added": fact("standard"),
      "ticket.created": fact("standard"),
      "deal.workflow_triggered": fact("high"),
      "contact.workflow_triggered": fact("standard"),
      "company.workflow_triggered": fact("standard"),
    },
  },
  cloudevents: {
    otherwise: claim("standard"),
    events: {
      "call.completed": claim("high"),
      "intent.surged": claim("high"),
      "contact.removed_from_deal": claim("high"),
    },
  },
  gong: { otherwise: fact("standard"), events: { "call.completed": fact("high") } },
  salesforce: {
    otherwise: fact("low"),
    events: {
      "deal.stage_changed": fact("high"),
      "deal.close_date_changed": fact("high"),
      "deal.amount_changed": fact("high"),
      "deal.owner_changed": fact("standard"),
      "deal.property_changed": fact("standard"),
      "deal.updated": fact("standard"),
      "deal.changed_unseen": fact("standard"),
      "deal.created": fact("standard"),
      "deal.deleted": fact("high"),
      "deal.restored": fact("standard"),
      "contact.added_to_deal": fact("standard"),
      "contact.removed_from_deal": fact("high"),
      "contact.title_changed": fact("standard"),
      "contact.employer_changed": fact("high"),
      "contact.email_bounced": fact("high"),
      "contact.buying_role_changed": fact("standard"),
      "contact.created": fact("standard"),
      "platform_event.published": fact("standard"),
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
  /** What was said is certain; what it means for the deal is for others to read. */
  slack: { otherwise: fact("standard"), events: { "app.mentioned": fact("high") } },
  /** A surge is one of thousands a week, of a system that states what it believes; a rule may think more of it. */
  bombora: { otherwise: claim("standard"), events: {} },
  /** Who wrote is proven or vouched for; a machine's notice of somebody's leaving is often out of date. */
  email: {
    otherwise: { urgency: "standard", confidence: 0.9 },
    events: {
      "email.replied": { urgency: "high", confidence: 0.9 },
      "contact.email_bounced": { urgency: "high", confidence: 0.9 },
      "contact.left_company": { urgency: "high", confidence: 0.4 },
    },
  },
  segment: visits(0.8),
  rudderstack: visits(0.8),
  posthog: visits(0.8),
  /** Anyone who reads the page can send what it sends. */
  track: visits(0.3),
};

const UNLISTED: Weight = { urgency: "standard", confidence: 0.5 };

/** The weight of an event; an unlisted one has its source's default. */
export function weightOf(source: string, event: string): Weight {
  const weights = WEIGHTS[source];
  return weights?.events[event] ?? weights?.otherwise ?? UNLISTED;
}
