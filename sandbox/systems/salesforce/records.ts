// The records of the Salesforce org, kept in the store. Every write goes through here, so that computed fields, histories,
// external ids and the org's validation rules stay true.
// Rule: all or nothing; a write is checked completely before the first change.
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { collection } from "../../store.ts";
import { computedFields, stageOf } from "./computed-fields.ts";
import { checkFields, type Fields } from "./fields.ts";
import { nthId } from "./record-id.ts";
import { accepted, badRequest, DELETED, NOT_FOUND, type Outcome, refused } from "./refusal.ts";
import { DESCRIPTIONS, type SObjectType } from "./sobject-types.ts";

export const SObject = z.object({
  id: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  is_deleted: z.boolean().default(false),
});
export type SObject = z.infer<typeof SObject>;

/** A rule that an administrator made: when `field` is `equals`, `requires` may not be empty. */
export const ValidationRule = z.object({
  id: z.string(),
  object: z.string(),
  field: z.string(),
  equals: z.string(),
  requires: z.string(),
  message: z.string(),
});

/** Ids that the API makes start here, far from those that are seeded. */
const FIRST_MADE_ID = 60_000_000;

export type Org = ReturnType<typeof org>;

/** The org over `deps.store`. `user` is who writes (a User's id), for `CreatedById` and the default owner. */
export function org({ store, clock }: Pick<Deps, "store" | "clock">, user: string) {
  const objects = (type: SObjectType) => collection(store, "salesforce", type, SObject);
  const external = collection(store, "salesforce", "external_ids", z.string());
  const counter = collection(store, "salesforce", "made_ids", z.number());
  const rules = collection(store, "salesforce", "validation_rules", ValidationRule);
  const key = (type: SObjectType, name: string, value: string) => `${type}.${name}=${value.toLowerCase()}`;
  const get = (type: SObjectType, id: string) => objects(type).get(id);
  const exists = (type: SObjectType, id: string) => get(type, id)?.is_deleted === false;
  const externalFields = (type: SObjectType) =>
    Object.entries(DESCRIPTIONS[type].fields).flatMap(([name, field]) => (field.externalId ? [name] : []));

  const index = ({ id, fields, is_deleted }: SObject, type: SObjectType, present: boolean) => {
    for (const name of externalFields(type)) {
      const value = fields[name];
      if (typeof value !== "string") continue;
      if (present && !is_deleted) external.put(key(type, name, value), id);
      else external.remove(key(type, name, value));
    }
  };
  const put = (type: SObjectType, record: SObject) => {
    const before = get(type, record.id);
    if (before) index(before, type, false);
    objects(type).put(record.id, record);
    index(record, type, true);
  };
  const findByExternalId = (type: SObjectType, name: string, value: string): string | undefined =>
    external.get(key(type, name, value));
  const make = (type: SObjectType, fields: Fields): SObject => {
    const n = (counter.get(type) ?? FIRST_MADE_ID) + 1;
    counter.put(type, n);
    const id = nthId(DESCRIPTIONS[type].prefix, n);
    const at = new Date(clock()).toISOString();
    const made = { Id: id, IsDeleted: false, CreatedDate: at, CreatedById: user, SystemModstamp: at };
    const record = { id, fields: { ...fields, ...made, ...modified(at) }, is_deleted: false };
    put(type, record);
    return record;
  };
  const modified = (at: string) => ({ LastModifiedDate: at, LastModifiedById: user, SystemModstamp: at });

  const wrong = (type: SObjectType, fields: Fields, ownId: string | null) => {
    for (const name of externalFields(type)) {
      const value = fields[name];
      const holder = typeof value === "string" ? findByExternalId(type, name, value) : undefined;
      if (holder !== undefined && holder !== ownId)
        return badRequest(
          "DUPLICATE_VALUE",
          `duplicate value found: ${name} duplicates value on record with id: ${holder}`,
          [],
        );
    }
    const broken = rules
      .list()
      .find((rule) => rule.object === type && fields[rule.field] === rule.equals && !fields[rule.requires]);
    return broken && badRequest("FIELD_CUSTOM_VALIDATION_EXCEPTION", broken.message, [broken.requires]);
  };

  /** Salesforce writes a line of history for every change of stage, amount or close date. */
  const keepHistory = (before: Fields | null, after: Fields, opportunityId: string) => {
    const watched = ["StageName", "Amount", "CloseDate"].filter((name) => before?.[name] !== after[name]);
    if (watched.length === 0) return;
    const { StageName = null, Amount = null, CloseDate = null, Probability = null } = after;
    const forecast = after.ForecastCategoryName ?? null;
    make("OpportunityHistory", {
      OpportunityId: opportunityId,
      StageName,
      Amount,
      CloseDate,
      Probability,
      ForecastCategory: forecast,
    });
    if (before === null) return;
    for (const name of watched)
      make("OpportunityFieldHistory", {
        OpportunityId: opportunityId,
        Field: name,
        OldValue: before[name] ?? null,
        NewValue: after[name] ?? null,
      });
  };

  return {
    get,
    exists,
    put,
    findByExternalId,
    list: (type: SObjectType): SObject[] => objects(type).list(),
    create(type: SObjectType, input: Readonly<Record<string, unknown>>): Outcome<SObject> {
      const checked = checkFields(type, input, "create", exists);
      if (!checked.ok) return checked;
      const owner = "OwnerId" in DESCRIPTIONS[type].fields ? { OwnerId: user } : {};
      const given = { ...owner, ...DESCRIPTIONS[type].defaults, ...checked.value };
      const fields = { ...given, ...computedFields(type, null, given, checked.value, get, clock()) };
      const problem = wrong(type, fields, null);
      if (problem) return refused(problem);
      const record = make(type, fields);
      if (type === "Opportunity") keepHistory(null, fields, record.id);
      return accepted(record);
    },
    update(type: SObjectType, id: string, input: Readonly<Record<string, unknown>>): Outcome<SObject> {
      const record = get(type, id);
      if (record === undefined) return refused(NOT_FOUND);
      if (record.is_deleted) return refused(DELETED);
      const checked = checkFields(type, input, "update", exists);
      if (!checked.ok) return checked;
      const given = { ...record.fields, ...checked.value };
      const at = new Date(clock()).toISOString();
      const computed = computedFields(type, record.fields, given, checked.value, get, clock());
      const fields = { ...given, ...computed, ...modified(at) };
      const problem = wrong(type, fields, id);
      if (problem) return refused(problem);
      const next = { ...record, fields };
      put(type, next);
      if (type === "Opportunity") keepHistory(record.fields, fields, id);
      return accepted(next);
    },
    /** To the recycle bin; a deleted record is refused, unlike at HubSpot. */
    remove(type: SObjectType, id: string): Outcome<null> {
      const record = get(type, id);
      if (record === undefined) return refused(NOT_FOUND);
      if (record.is_deleted) return refused(DELETED);
      put(type, { ...record, is_deleted: true, fields: { ...record.fields, IsDeleted: true } });
      return accepted(null);
    },
    /** A record as a test or the book gives it, unchecked, with what Salesforce would compute from it. */
    seed(type: SObjectType, id: string, given: Fields) {
      const at = typeof given.CreatedDate === "string" ? given.CreatedDate : new Date(clock()).toISOString();
      const base: Fields = { CreatedDate: at, CreatedById: user, ...modified(at), ...DESCRIPTIONS[type].defaults };
      const stage = type === "Opportunity" ? stageOf(given.StageName ?? null) : {};
      const computed = computedFields(type, null, { ...base, ...given }, given, get, clock());
      const merged = typeof given.MasterRecordId === "string";
      put(type, {
        id,
        fields: { ...base, ...computed, ...stage, ...given, Id: id, IsDeleted: merged },
        is_deleted: merged,
      });
    },
  };
}
