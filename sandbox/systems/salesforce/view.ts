// How Salesforce shows values: instants as `2026-11-21T08:00:00.000+0000`, unset fields as null, and the fields of a
// record with their `attributes`.
import type { Value } from "./fields.ts";
import type { SObject } from "./records.ts";
import { DESCRIPTIONS, type SObjectType } from "./sobject-types.ts";

export function wireValue(type: SObjectType, name: string, value: Value): Value {
  const instant = DESCRIPTIONS[type].fields[name]?.kind === "datetime" && typeof value === "string";
  return instant ? value.replace("Z", "+0000") : value;
}

/** The record with the named fields (all when null); `version` as in the path. */
export function view(type: SObjectType, record: SObject, names: readonly string[] | null, version: string) {
  const fields = names === null ? Object.keys(DESCRIPTIONS[type].fields) : ["Id", ...names];
  return {
    attributes: { type, url: `/services/data/${version}/sobjects/${type}/${record.id}` },
    ...Object.fromEntries(fields.map((name) => [name, wireValue(type, name, record.fields[name] ?? null)])),
  };
}
