// The CRM itself: objects with properties and associations, kept in the store. Everything that reads or writes an
// object goes through here, so the unique properties, the computed ones and both sides of an association stay true.
// Rule: all or nothing; a write is checked completely before the first change.
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { freeId } from "../../free-id.ts";
import { collection } from "../../store.ts";
import { inverseOf, withCompanions } from "./association-types.ts";
import { afterDealWrite } from "./deal-stages.ts";
import { Alias, mergeRecords } from "./merge.ts";
import { isActivity, type ObjectType } from "./object-types.ts";
import { type Account, checkProperties, uniqueProperties } from "./properties.ts";
import { historyAfter, PropertyChange } from "./property-history.ts";
import { accepted, notFound, type Outcome, refused } from "./refusal.ts";

export const CrmObject = z.object({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullable()),
  /** By target type; one entry for each type of association. */
  associations: z.record(
    z.string(),
    z.array(z.object({ id: z.string(), type_id: z.number(), visible_at: z.number().default(0) })),
  ),
  /** By property, newest first; only deals keep it, as far as anything asks for it. */
  history: z.record(z.string(), z.array(PropertyChange)).default({}),
  created_at: z.string(),
  updated_at: z.string(),
  /** Epoch ms from which a search finds it: HubSpot's index lags behind a create. */
  searchable_at: z.number(),
  archived: z.boolean(),
});
export type CrmObject = z.infer<typeof CrmObject>;

export const Owner = z.object({
  id: z.string(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  userId: z.number(),
  type: z.literal("PERSON"),
  archived: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
  teams: z.array(z.object({ id: z.string(), name: z.string(), primary: z.boolean() })).default([]),
});
export type Owner = z.infer<typeof Owner>;

export type Link = { toType: ObjectType; toId: string; typeId: number };

/** How long a new object stays invisible to searches, and a new association to reads, unless the settings say otherwise. */
export const SEARCH_LAG_MS = 1_000;
const ASSOCIATION_LAG_MS = 1_000;

/** `PUT /sandbox/hubspot/records/settings/account`: what of HubSpot's nature a test wants to change. */
export const AccountSettings = z.object({
  id: z.literal("account"),
  daily_limit: z.int().min(0).default(650_000),
  search_lag_ms: z.int().min(0).default(SEARCH_LAG_MS),
  association_lag_ms: z.int().min(0).default(ASSOCIATION_LAG_MS),
});

export type Crm = {
  account: Account;
  owners(): Owner[];
  get(type: ObjectType, id: string): CrmObject | undefined;
  list(type: ObjectType): CrmObject[];
  /** Looks an object up by id or by a unique property; archived ones are found too. */
  find(type: ObjectType, idProperty: string | undefined, value: string): CrmObject | undefined;
  create(type: ObjectType, input: Record<string, string>, links: readonly Link[]): Outcome<CrmObject>;
  update(type: ObjectType, id: string, input: Record<string, string>): Outcome<CrmObject>;
  archive(type: ObjectType, id: string): void;
  settings(): z.infer<typeof AccountSettings>;
  /** The links of an object that a read sees by now, to objects that are not archived. */
  links(object: CrmObject, target: ObjectType): CrmObject["associations"][string];
  unlink(fromType: ObjectType, fromId: string, toType: ObjectType, toId: string): void;
  /** Makes one record of two under a new id; the merged-away ids answer it from then on. */
  merge(type: ObjectType, primaryId: string, otherId: string): Outcome<CrmObject>;
  /** Puts an object as it is, unchecked: how records are seeded. */
  put(type: ObjectType, object: CrmObject): void;
  /** `lagMs` is how long reads do not see it; the account's association lag by default, 0 for what is seeded. */
  link(fromType: ObjectType, fromId: string, link: Link, lagMs?: number): void;
};

/** The CRM over `deps.store`. */
export function crm({ store, clock }: Pick<Deps, "store" | "clock">): Crm {
  const objects = (type: ObjectType) => collection(store, "hubspot", type, CrmObject);
  const unique = collection(store, "hubspot", "unique", z.string());
  const ownerRecords = collection(store, "hubspot", "owners", Owner);
  const now = () => new Date(clock()).toISOString();
  const key = (type: ObjectType, name: string, value: string) => `${type}.${name}=${value.toLowerCase()}`;
  const account: Account = {
    hasOwner: (id) => ownerRecords.get(id)?.archived === false,
    hasCustomProperty: (type, name) => store.get("hubspot", "properties", `${type}.${name}`) !== undefined,
  };

  const aliases = collection(store, "hubspot", "aliases", Alias);
  const settings = () => AccountSettings.parse(store.get("hubspot", "settings", "account") ?? { id: "account" });
  const resolve = (type: ObjectType, id: string): CrmObject | undefined => {
    const survivor = aliases.get(`${type}.${id}`)?.survivor;
    return objects(type).get(survivor ?? id);
  };

  const index = (type: ObjectType, object: CrmObject, present: boolean) => {
    for (const name of uniqueProperties(type)) {
      const value = object.properties[name];
      if (!value) continue;
      if (present) unique.put(key(type, name, value), object.id);
      else unique.remove(key(type, name, value));
    }
  };

  const conflict = (type: ObjectType, values: Record<string, string | null>, ownId: string | null) => {
    for (const name of uniqueProperties(type)) {
      const value = values[name];
      const holder = value ? unique.get(key(type, name, value)) : undefined;
      if (holder === undefined || holder === ownId) continue;
      // A contact's e-mail has an answer of its own, which names the other contact; custom properties do not.
      if (name === "email")
        return refused({
          status: 409,
          message: `Contact already exists. Existing ID: ${holder}`,
          category: "CONFLICT",
        });
      const problem = {
        isValid: false,
        name,
        error: "CONFLICTING_UNIQUE_VALUE",
        message: `${value} already has that value.`,
      };
      const message = `Property values were not valid: ${JSON.stringify([problem])}`;
      return refused({ status: 400, message, category: "VALIDATION_ERROR" });
    }
    return undefined;
  };

  const modified = (type: ObjectType, at: string) => ({
    [type === "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate"]: at,
  });

  const addLink = (
    fromType: ObjectType,
    fromId: string,
    toType: ObjectType,
    toId: string,
    typeId: number,
    lagMs: number,
  ) => {
    const from = objects(fromType).get(fromId);
    if (from === undefined) return;
    const links = from.associations[toType] ?? [];
    if (links.some((link) => link.id === toId && link.type_id === typeId)) return;
    from.associations[toType] = [
      ...links,
      { id: toId, type_id: typeId, visible_at: lagMs === 0 ? 0 : clock() + lagMs },
    ];
    objects(fromType).put(fromId, from);
  };

  const dropLinks = (fromType: ObjectType, fromId: string, toType: ObjectType, toId: string) => {
    const from = objects(fromType).get(fromId);
    if (from === undefined) return;
    from.associations[toType] = (from.associations[toType] ?? []).filter((link) => link.id !== toId);
    objects(fromType).put(fromId, from);
  };

  const crm: Crm = {
    account,
    owners: () => ownerRecords.list(),
    settings,
    get: resolve,
    list: (type) => objects(type).list(),
    find(type, idProperty, value) {
      if (idProperty === undefined) return resolve(type, value);
      const id = unique.get(key(type, idProperty, value));
      return id === undefined ? undefined : objects(type).get(id);
    },
    create(type, input, links) {
      const checked = checkProperties(type, input, account, "create");
      if (!checked.ok) return checked;
      const taken = conflict(type, checked.value, null);
      if (taken) return taken;
      const at = now();
      const id = freeId(BigInt(clock()), (candidate) => objects(type).get(candidate) !== undefined);
      const created = isActivity(type) ? { hs_createdate: at } : { createdate: at };
      const computed = type === "deals" ? afterDealWrite(null, checked.value, at) : {};
      const object: CrmObject = {
        id,
        properties: { ...created, ...checked.value, ...computed, ...modified(type, at), hs_object_id: id },
        associations: {},
        created_at: at,
        updated_at: at,
        searchable_at: clock() + settings().search_lag_ms,
        archived: false,
        history: historyAfter(type, {}, { ...checked.value, ...computed }, at),
      };
      objects(type).put(id, object);
      index(type, object, true);
      for (const link of links) crm.link(type, id, link);
      return accepted(objects(type).get(id) ?? object);
    },
    update(type, id, input) {
      const object = resolve(type, id);
      if (object === undefined || object.archived) return refused(notFound(id));
      const checked = checkProperties(type, input, account, "update");
      if (!checked.ok) return checked;
      const taken = conflict(type, checked.value, object.id);
      if (taken) return taken;
      const at = now();
      const computed = type === "deals" ? afterDealWrite(object.properties, checked.value, at) : {};
      const completes = type === "tasks" && checked.value.hs_task_status === "COMPLETED";
      const next: CrmObject = {
        ...object,
        properties: {
          ...object.properties,
          ...checked.value,
          ...computed,
          ...(completes ? { hs_task_completion_date: at } : {}),
          ...modified(type, at),
        },
        updated_at: at,
        history: historyAfter(type, object.history, { ...checked.value, ...computed }, at),
      };
      index(type, object, false);
      objects(type).put(object.id, next);
      index(type, next, true);
      return accepted(next);
    },
    archive(type, id) {
      const object = objects(type).get(id);
      if (object === undefined || object.archived) return;
      index(type, object, false);
      objects(type).put(id, { ...object, archived: true, updated_at: now() });
    },
    put(type, object) {
      const replaced = objects(type).get(object.id);
      if (replaced) index(type, replaced, false);
      objects(type).put(object.id, object);
      index(type, object, !object.archived);
    },
    link(fromType, fromId, { toType, toId, typeId }, lagMs = settings().association_lag_ms) {
      for (const id of withCompanions(typeId)) {
        addLink(fromType, fromId, toType, toId, id, lagMs);
        addLink(toType, toId, fromType, fromId, inverseOf(id), lagMs);
      }
    },
    unlink(fromType, fromId, toType, toId) {
      dropLinks(fromType, fromId, toType, toId);
      dropLinks(toType, toId, fromType, fromId);
    },
    links: ({ associations }, target) =>
      (associations[target] ?? []).filter(
        (link) => link.visible_at <= clock() && objects(target).get(link.id)?.archived === false,
      ),
    merge: (type, primaryId, otherId) => mergeRecords({ crm, clock, aliases }, type, primaryId, otherId),
  };
  return crm;
}
