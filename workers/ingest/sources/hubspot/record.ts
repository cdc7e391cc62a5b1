// HubSpot's records: how it names their types, and how a record becomes a reference. Rule: the id of a deal, contact
// or company is HubSpot's own; any other record carries its type, because ids are unique per type only.

/** `object` is our name of the type, `reference` is `hubspot:<id>` or `hubspot:<type>-<id>`. */
export type HubspotRecord = { object: string; reference: string };

/** https://developers.hubspot.com/docs/guides/crm/understanding-the-crm#object-type-ids */
const OBJECT_TYPES: Readonly<Record<string, string>> = {
  "0-1": "contact",
  "0-2": "company",
  "0-3": "deal",
  "0-5": "ticket",
  "0-7": "product",
  "0-8": "line_item",
};

/** What a signal can be about, most telling first. */
const SUBJECTS = ["deal", "contact", "company"];

/** A record of the named object; of the object that `typeId` names where the name is missing or says only `object`. */
export function recordOf(id: string, name: string | null, typeId: string | null | undefined): HubspotRecord {
  const object = name !== null && name !== "object" ? name : objectOfType(typeId);
  if (SUBJECTS.includes(object)) return { object, reference: `hubspot:${id}` };
  const type = OBJECT_TYPES[typeId ?? ""] === undefined ? (typeId ?? object) : object;
  return { object, reference: `hubspot:${type}-${id}` };
}

/** What a signal that names these records is about: a deal, else a contact, else a company, else the first. */
export function subjectOf(records: readonly [HubspotRecord, ...HubspotRecord[]]): HubspotRecord {
  const ranked = SUBJECTS.map((object) => records.find((record) => record.object === object));
  return ranked.find((record) => record !== undefined) ?? records[0];
}

/** The deal, contact and account that these records are, each a reference or null. */
export function referencesOf(records: readonly HubspotRecord[]) {
  const find = (object: string) => records.find((record) => record.object === object)?.reference ?? null;
  return { deal_id: find("deal"), contact_id: find("contact"), account_id: find("company") };
}

/** `2-…` are the portal's own objects; the rest has no name here. */
function objectOfType(typeId: string | null | undefined): string {
  if (!typeId) return "object";
  return OBJECT_TYPES[typeId] ?? (typeId.startsWith("2-") ? "custom_object" : "object");
}
