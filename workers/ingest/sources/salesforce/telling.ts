// What a change of a record is called, and which of several changed fields gives it its name. Rule: a change is one
// signal, named by its most telling field; the names of the others stay in the facts.
import type { SignalType } from "#contract/signal-received.ts";
import type { FieldValue } from "./fields.ts";
import type { RecordChange } from "./record-change.ts";
import { roleOf } from "./record-id.ts";

type Told = { signalType: SignalType; event: string; property?: string; value?: FieldValue | undefined };
type Telling = { field: string; event: string; signalType: SignalType };

const crm = (field: string, event: string): Telling => ({ field, event, signalType: "crm_event" });
const stakeholder = (field: string, event: string): Telling => ({ field, event, signalType: "stakeholder_change" });

/** Most telling first. A lead keeps its employer in `Company`. */
const TELLING: Readonly<Record<string, readonly Telling[]>> = {
  deal: [
    crm("StageName", "deal.stage_changed"),
    crm("CloseDate", "deal.close_date_changed"),
    crm("Amount", "deal.amount_changed"),
    crm("OwnerId", "deal.owner_changed"),
  ],
  contact: [
    stakeholder("EmailBouncedReason", "contact.email_bounced"),
    stakeholder("EmailBouncedDate", "contact.email_bounced"),
    stakeholder("IsEmailBounced", "contact.email_bounced"),
    stakeholder("AccountId", "contact.employer_changed"),
    stakeholder("Company", "contact.employer_changed"),
    stakeholder("Title", "contact.title_changed"),
  ],
};

/** The people of a deal: what happens to the role happens to the contact. */
const CONTACT_ROLE = "OpportunityContactRole";
const CONTACT_ROLE_EVENTS: ReadonlyMap<RecordChange["kind"], string> = new Map([
  ["created", "contact.added_to_deal"],
  ["restored", "contact.added_to_deal"],
  ["deleted", "contact.removed_from_deal"],
  ["updated", "contact.buying_role_changed"],
]);

/** Fields that change with every change. */
const BOOKKEEPING = ["LastModifiedDate", "LastModifiedById", "SystemModstamp"];

/** The name of a change, with the property that named it and its new value (undefined when that was not sent). */
export function eventOf(change: RecordChange): Told {
  const { object, recordId, kind, changed, fields } = change;
  const word = roleOf(recordId) ?? wordOf(object);
  const first = changed.find((name) => !BOOKKEEPING.includes(name)) ?? changed[0];
  const role = object === CONTACT_ROLE ? CONTACT_ROLE_EVENTS.get(kind) : undefined;
  if (role !== undefined) {
    const told: Told = { signalType: "stakeholder_change", event: role };
    return first === undefined ? told : { ...told, property: first, value: fields.get(first) };
  }
  if (kind === "published") return { signalType: "custom", event: "platform_event.published" };
  if (kind === "unseen") return { signalType: "crm_event", event: `${word}.changed_unseen` };
  if (kind !== "updated" || first === undefined) return { signalType: "crm_event", event: `${word}.${kind}` };
  const told = (TELLING[word] ?? []).find(({ field, event }) => {
    return changed.includes(field) && (event !== "contact.email_bounced" || isSet(fields.get(field)));
  });
  const { field, event, signalType } = told ?? crm(first, `${word}.property_changed`);
  return { signalType, event, property: field, value: fields.get(field) };
}

/** A bounce that was cleared is no bounce. */
function isSet(value: FieldValue | undefined): boolean {
  return value !== undefined && value !== null && value !== "" && value !== false && value !== "false";
}

/** Standard objects by their name (`OpportunityLineItem` as opportunity_line_item); those of an org share one. */
function wordOf(object: string): string {
  if (object.includes("__")) return "custom_object";
  return object
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .slice(0, 50);
}
