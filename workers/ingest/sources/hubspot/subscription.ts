// HubSpot's subscription types, `<object>.<change>`, and what each change is called here. Data only. Rule: what is not
// listed is ignored by its name, because HubSpot adds types and an unknown one is no error of the sender.

/** `object.*` names no object; `objectTypeId` does. */
const OBJECTS = ["deal", "contact", "company", "ticket", "line_item", "product", "conversation", "object"] as const;

const CHANGES = {
  creation: "created",
  deletion: "deleted",
  restore: "restored",
  merge: "merged",
  privacyDeletion: "privacy_deleted",
  newMessage: "message_added",
  propertyChange: "property_changed",
  associationChange: "association_changed",
} as const;

/** Properties whose change has a name of its own. */
export const NAMED_PROPERTIES: Readonly<Record<string, string>> = {
  "deal.dealstage": "deal.stage_changed",
  "deal.closedate": "deal.close_date_changed",
  "deal.amount": "deal.amount_changed",
  "deal.hubspot_owner_id": "deal.owner_changed",
  "contact.jobtitle": "contact.title_changed",
  "contact.company": "contact.employer_changed",
  "contact.associatedcompanyid": "contact.employer_changed",
  "contact.hs_buying_role": "contact.buying_role_changed",
  "contact.hs_email_bounce": "contact.email_bounced",
  "contact.hs_email_hard_bounce_reason": "contact.email_bounced",
  "contact.hs_email_hard_bounce_reason_enum": "contact.email_bounced",
};

export type Subscription = { object: (typeof OBJECTS)[number]; change: (typeof CHANGES)[keyof typeof CHANGES] };

/** The parts of a subscription type, or null when it is none of ours. */
export function readSubscription(type: string): Subscription | null {
  const [name, change, ...rest] = type.split(".");
  const object = OBJECTS.find((known) => known === name);
  const past = Object.entries(CHANGES).find(([known]) => known === change)?.[1];
  return object === undefined || past === undefined || rest.length > 0 ? null : { object, change: past };
}
