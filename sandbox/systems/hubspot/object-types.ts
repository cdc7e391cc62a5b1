// HubSpot's object types as far as the sandbox knows them. A path may name a type by its plural, its singular or its
// type id (`deals`, `deal`, `0-3`).
// Source: https://developers.hubspot.com/docs/guides/crm/understanding-the-crm#object-type-ids

export const OBJECT_TYPES = ["contacts", "companies", "deals", "tasks", "notes", "calls", "meetings"] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

type Naming = {
  singular: string;
  typeId: string;
  /** Properties that every answer carries. */
  always: readonly string[];
  /** Properties of a read that asks for none. */
  byDefault: readonly string[];
};

const ACTIVITY = ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"] as const;

export const NAMING: Readonly<Record<ObjectType, Naming>> = {
  contacts: {
    singular: "contact",
    typeId: "0-1",
    always: ["createdate", "hs_object_id", "lastmodifieddate"],
    byDefault: ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"],
  },
  companies: {
    singular: "company",
    typeId: "0-2",
    always: ["createdate", "hs_lastmodifieddate", "hs_object_id"],
    byDefault: ["createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"],
  },
  deals: {
    singular: "deal",
    typeId: "0-3",
    always: ["createdate", "hs_lastmodifieddate", "hs_object_id"],
    byDefault: [
      "amount",
      "closedate",
      "createdate",
      "dealname",
      "dealstage",
      "hs_lastmodifieddate",
      "hs_object_id",
      "pipeline",
    ],
  },
  tasks: { singular: "task", typeId: "0-27", always: ACTIVITY, byDefault: ACTIVITY },
  notes: { singular: "note", typeId: "0-46", always: ACTIVITY, byDefault: ACTIVITY },
  calls: { singular: "call", typeId: "0-48", always: ACTIVITY, byDefault: ACTIVITY },
  meetings: { singular: "meeting", typeId: "0-47", always: ACTIVITY, byDefault: ACTIVITY },
};

/** Tasks, notes, calls and meetings: what happened or is to happen, as against what it is about. */
export function isActivity(type: ObjectType): boolean {
  return NAMING[type].always === ACTIVITY;
}

/** Plural, singular or type id, in any case; undefined for a type that the sandbox does not have. */
export function objectType(name: string): ObjectType | undefined {
  const wanted = name.toLowerCase();
  return OBJECT_TYPES.find(
    (type) => type === wanted || NAMING[type].singular === wanted || NAMING[type].typeId === wanted,
  );
}
