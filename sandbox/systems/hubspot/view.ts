// How HubSpot shows an object: only the properties that were asked for (and a few that always come), every value a
// string or null, and associations only where the endpoint has them.
import { associationName } from "./association-types.ts";
import { NAMING, type ObjectType } from "./object-types.ts";
import { isProperty } from "./properties.ts";
import type { Crm, CrmObject } from "./records.ts";

const APP_URL = "https://app.hubspot.com/contacts/48975575/record";

/** `asked` null means the type's default properties. Names that do not exist are left out, unset ones are null. */
export function view(type: ObjectType, object: CrmObject, asked: readonly string[] | null, crm: Crm) {
  const names = new Set([...NAMING[type].always, ...(asked ?? NAMING[type].byDefault)]);
  const properties: Record<string, string | null> = {};
  for (const name of [...names].sort())
    if (Object.hasOwn(object.properties, name) || isProperty(type, name, crm.account))
      properties[name] = object.properties[name] ?? null;
  return {
    id: object.id,
    properties,
    createdAt: object.created_at,
    updatedAt: object.updated_at,
    archived: object.archived,
    ...(object.archived ? { archivedAt: object.updated_at } : {}),
    url: `${APP_URL}/${NAMING[type].typeId}/${object.id}`,
  };
}

/** The `associations` member of a read, or nothing at all when no asked type has any. */
export function associationsView(object: CrmObject, asked: readonly ObjectType[], crm: Crm) {
  const entries = asked.flatMap((type) => {
    const results = crm.links(object, type).map((link) => ({ id: link.id, type: associationName(link.type_id) }));
    return results.length === 0 ? [] : [[type, { results }] as const];
  });
  return entries.length === 0 ? {} : { associations: Object.fromEntries(entries) };
}
