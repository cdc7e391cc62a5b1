// The body of a Standard Webhooks message, `{type, timestamp?, data?}`, with the fields inside `data` that we read, there
// and in the data of a CloudEvent. All are optional: a message without any is a `custom` signal named by its type. One
// with them says as much as our own adapters do, for example
//   {"type": "call.completed", "data": {"deal_id": "hubspot:332507367156", "competitors": ["Acme"], "text": "…"}}
// Rule: a field that is there must be right (a sender learns of a mistake by a pointer to it); null counts as absent.
import * as z from "zod";
import { Priority, Reference } from "#contract/envelope.ts";
import { SignalFacts, SignalType } from "#contract/signal-received.ts";

/** The last millisecond of the year 9999; later ones have no four-digit year. */
const MAX_EPOCH_MS = 253_402_300_799_999;

const { event, property, old_value, new_value, text, topics, competitors, score, url } = SignalFacts.shape;

/** What else is in `data` is kept as facts where it is a plain value. */
export const Data = z.looseObject({
  /** What it is about, each `system:id`; the first of them that is given is the subject. */
  deal_id: Reference.nullish(),
  contact_id: Reference.nullish(),
  account_id: Reference.nullish(),
  /** Otherwise by the event, see draft.ts. */
  signal_type: SignalType.nullish(),
  urgency: Priority.nullish(),
  /** `object.past_participle`; otherwise made from `type`. */
  event: event.nullish(),
  property: property.nullish(),
  old_value: old_value.nullish(),
  new_value: new_value.nullish(),
  text: text.nullish(),
  topics: topics.nullish(),
  competitors: competitors.nullish(),
  /** 0 to 100. */
  score: score.nullish(),
  url: url.nullish(),
});
export type Data = z.infer<typeof Data>;

export const Message = z.object({
  type: z.string().trim().min(1).max(200),
  /** When it happened, from here on in milliseconds; without it, it happened when it arrived. */
  timestamp: z.iso
    .datetime({ offset: true, error: "expected an ISO 8601 time with its offset" })
    .transform((text) => Date.parse(text))
    .pipe(z.number().min(0).max(MAX_EPOCH_MS))
    .nullish(),
  data: Data.nullish(),
});
export type Message = z.infer<typeof Message>;
