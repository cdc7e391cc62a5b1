// Merging two records: the survivor has a new id, both old ids lead to it, and it has the associations of both.
// Source: https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/merge
import * as z from "zod";
import { freeId } from "../../free-id.ts";
import type { Collection } from "../../store.ts";
import { OBJECT_TYPES, type ObjectType } from "./object-types.ts";
import type { Crm, CrmObject } from "./records.ts";
import { accepted, invalidInput, notFound, type Outcome, refused } from "./refusal.ts";

/** By `<type>.<merged-away id>`. */
export const Alias = z.object({ id: z.string(), survivor: z.string() });

type Ports = { crm: Crm; clock: () => number; aliases: Collection<z.infer<typeof Alias>> };

/** The primary record's values win; what only the other one has is kept. */
export function mergeRecords(
  { crm, clock, aliases }: Ports,
  type: ObjectType,
  primaryId: string,
  otherId: string,
): Outcome<CrmObject> {
  const [primary, other] = [crm.get(type, primaryId), crm.get(type, otherId)];
  if (primary === undefined || primary.archived) return refused(notFound(primaryId));
  if (other === undefined || other.archived) return refused(notFound(otherId));
  if (primary.id === other.id) return refused(invalidInput("a record cannot be merged with itself"));
  const id = freeId(BigInt(clock()), (candidate) => crm.get(type, candidate) !== undefined);
  const at = new Date(clock()).toISOString();
  const filled = Object.entries(primary.properties).filter(([, value]) => value !== null);
  for (const gone of [primary, other]) crm.archive(type, gone.id);
  crm.put(type, {
    ...primary,
    id,
    properties: {
      ...other.properties,
      ...Object.fromEntries(filled),
      hs_object_id: id,
      hs_merged_object_ids: `${primary.id};${other.id}`,
    },
    associations: {},
    updated_at: at,
    searchable_at: clock() + crm.settings().search_lag_ms,
  });
  for (const merged of [primary, other])
    for (const toType of OBJECT_TYPES)
      for (const link of merged.associations[toType] ?? [])
        crm.link(type, id, { toType, toId: link.id, typeId: link.type_id }, 0);
  // An id that was merged before leads to the new survivor as well.
  for (const alias of aliases.list())
    if (alias.id.startsWith(`${type}.`) && [primary.id, other.id].includes(alias.survivor))
      aliases.put(alias.id, { ...alias, survivor: id });
  for (const gone of [primary, other]) aliases.put(`${type}.${gone.id}`, { id: `${type}.${gone.id}`, survivor: id });
  const survivor = crm.get(type, id);
  return survivor === undefined ? refused(notFound(id)) : accepted(survivor);
}
