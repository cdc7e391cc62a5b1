// Seeds one record of the org: the fields are taken as they are, and what Salesforce would compute from them is added.
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { id18 } from "./record-id.ts";
import { org } from "./records.ts";
import { DESCRIPTIONS, fieldName, type SObjectType } from "./sobject-types.ts";

const SeedRecord = z.object({
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/** `PUT /sandbox/salesforce/records/settings/org`: how many calls a day the org takes. */
export const OrgSettings = z.object({ id: z.literal("org"), daily_limit: z.int().min(0).default(100_000) });

/** Puts `{"fields":{…}}` under the id, over what is there. Answers what is wrong, or null. */
export function seedRecord(deps: Deps, type: SObjectType, idText: string, body: unknown): string | null {
  const id = id18(idText);
  if (id?.slice(0, 3) !== DESCRIPTIONS[type].prefix)
    return `${idText} is no id of ${type}: it has to be 15 or 18 characters that start with ${DESCRIPTIONS[type].prefix}`;
  const seed = SeedRecord.safeParse(body);
  if (!seed.success) return z.prettifyError(seed.error);
  const unknown = Object.keys(seed.data.fields).find((name) => fieldName(type, name) !== name);
  if (unknown !== undefined) return `${type} has no field ${unknown}`;
  const records = org(deps, DEFAULT_USER);
  records.seed(type, id, { ...records.get(type, id)?.fields, ...seed.data.fields });
  return null;
}

/** The integration's own user, who owns what nobody else does. */
export const DEFAULT_USER = "0055g0000000001AAA";
