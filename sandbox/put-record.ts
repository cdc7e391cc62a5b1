// Seeding: puts one record of one system, for the sample book and for tests. A CRM's record goes through that CRM's
// own bookkeeping, everything else is stored as its schema says.
import * as z from "zod";
import type { Deps } from "./deps.ts";
import { OBJECT_TYPES } from "./systems/hubspot/object-types.ts";
import { SeedObject, seedObject } from "./systems/hubspot/seed-object.ts";
import { SYSTEMS, type SystemName } from "./systems/registry.ts";
import { seedRecord } from "./systems/salesforce/seed-record.ts";
import { SOBJECT_TYPES } from "./systems/salesforce/sobject-types.ts";

export type Seed = { system: SystemName; collection: string; id: string; body: unknown };

const Fields = z.record(z.string(), z.unknown());

/** Upserts the record. Answers what is wrong, in words for whoever seeds, or null. */
export function putRecord(deps: Deps, { system, collection, id, body }: Seed): string | null {
  const schemas = SYSTEMS[system].collections;
  const schema = Object.hasOwn(schemas, collection) ? schemas[collection] : undefined;
  if (schema === undefined)
    return `${system} has no collection ${collection}; it has ${Object.keys(schemas).join(", ")}`;
  const type = system === "hubspot" ? OBJECT_TYPES.find((known) => known === collection) : undefined;
  if (type !== undefined) {
    const seed = SeedObject.safeParse(body);
    return seed.success ? seedObject(deps, type, id, seed.data) : z.prettifyError(seed.error);
  }
  const sobject = system === "salesforce" ? SOBJECT_TYPES.find((known) => known === collection) : undefined;
  if (sobject !== undefined) return seedRecord(deps, sobject, id, body);
  const fields = Fields.safeParse(body);
  if (!fields.success) return "the body has to be a JSON object";
  const record = schema.safeParse({ ...fields.data, id });
  if (!record.success) return z.prettifyError(record.error);
  deps.store.put(system, collection, id, record.data);
  return null;
}
