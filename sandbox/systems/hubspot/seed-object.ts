// Seeds one CRM object: what a test or the sample book says is taken as it is, and only what HubSpot would compute
// from it is added. Links are made in both directions, so what they point at has to be seeded first.
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { defaultType } from "./association-types.ts";
import { stageProperties } from "./deal-stages.ts";
import { isActivity, OBJECT_TYPES, type ObjectType } from "./object-types.ts";
import { PropertyChange } from "./property-history.ts";
import { type CrmObject, crm } from "./records.ts";

const Value = z.union([z.string(), z.number().transform(String), z.boolean().transform(String), z.null()]);
const Target = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);
export const SeedObject = z.object({
  properties: z.record(z.string(), Value),
  /** What a deal's contacts are labelled with: association type ids by contact id. */
  contact_labels: z.record(z.string(), z.int()).optional(),
  /** The values that properties had, newest first. */
  history: z.record(z.string(), z.array(PropertyChange)).optional(),
  /** Ids by target type, for example `{"contacts":["508369434347"]}`, or links as the state shows them. */
  associations: z.partialRecord(z.enum(OBJECT_TYPES), z.array(Target)).optional(),
});
export type SeedObject = z.infer<typeof SeedObject>;

/** A record's first company is its primary one. */
const PRIMARY: Partial<Record<ObjectType, number>> = { deals: 5, contacts: 1 };

/** Seeds or overwrites the object; links it already has are kept. Answers a problem when a link has no target. */
export function seedObject(deps: Deps, type: ObjectType, id: string, seed: SeedObject): string | null {
  const records = crm(deps);
  for (const [target, ids] of Object.entries(seed.associations ?? {}))
    for (const targetId of ids)
      if (!OBJECT_TYPES.some((known) => known === target && records.get(known, targetId)))
        return `associations.${target} names ${targetId}, which does not exist yet: seed it first`;
  const now = new Date(deps.clock()).toISOString();
  const { properties } = seed;
  const createdKey = isActivity(type) ? "hs_createdate" : "createdate";
  const modifiedKey = type === "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate";
  const created = properties[createdKey] ?? now;
  const modified = properties[modifiedKey] ?? created;
  const stage = type === "deals" ? properties.dealstage : undefined;
  const object: CrmObject = {
    id,
    properties: {
      ...(stage ? stageProperties(stage, now) : {}),
      ...(type === "deals" ? { pipeline: "default" } : {}),
      ...properties,
      [createdKey]: created,
      [modifiedKey]: modified,
      hs_object_id: id,
    },
    associations: records.get(type, id)?.associations ?? {},
    created_at: created,
    updated_at: modified,
    searchable_at: 0,
    archived: false,
    history: seed.history ?? {},
  };
  records.put(type, object);
  for (const target of OBJECT_TYPES)
    for (const [n, targetId] of [...new Set(seed.associations?.[target])].entries()) {
      const primary = target === "companies" && n === 0 ? PRIMARY[type] : undefined;
      const typeId = primary ?? defaultType(type, target);
      if (typeId !== undefined) records.link(type, id, { toType: target, toId: targetId, typeId }, 0);
    }
  for (const [toId, typeId] of Object.entries(seed.contact_labels ?? {}))
    records.link(type, id, { toType: "contacts", toId, typeId }, 0);
  return null;
}
