// HubSpot's search: groups of filters (any group, all its filters), sorts and paging, with the documented limits.
// Source: https://developers.hubspot.com/docs/guides/api/crm/search and the OpenAPI document of 2026-09.
import * as z from "zod";
import { type ObjectType, objectType } from "./object-types.ts";
import { isOrdered, isProperty, toEpochMs } from "./properties.ts";
import type { Crm, CrmObject } from "./records.ts";
import { accepted, type Outcome, refused } from "./refusal.ts";

export const MAX_SEARCH_BODY = 3_000;
const MAX_GROUPS = 5;
const MAX_FILTERS_PER_GROUP = 6;
const MAX_FILTERS = 18;
const MAX_RESULTS = 10_000;

const OPERATORS = [
  "EQ",
  "NEQ",
  "LT",
  "LTE",
  "GT",
  "GTE",
  "BETWEEN",
  "IN",
  "NOT_IN",
  "HAS_PROPERTY",
  "NOT_HAS_PROPERTY",
  "CONTAINS_TOKEN",
  "NOT_CONTAINS_TOKEN",
] as const;

const Operand = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Filter = z.object({
  propertyName: z.string(),
  operator: z.enum(OPERATORS),
  value: Operand.optional(),
  highValue: Operand.optional(),
  values: z.array(Operand).optional(),
});
type Filter = z.infer<typeof Filter>;

const Sort = z.union([
  z.string().transform((propertyName) => ({ propertyName, direction: "ASCENDING" as const })),
  z.object({ propertyName: z.string(), direction: z.enum(["ASCENDING", "DESCENDING"]).default("ASCENDING") }),
]);

/** All five are required by the OpenAPI document; `after` of the first page is `"0"` (or `""`). */
export const SearchRequest = z.object({
  filterGroups: z.array(z.object({ filters: z.array(Filter) })),
  properties: z.array(z.string()),
  sorts: z.array(Sort),
  limit: z.int().min(0).max(200),
  after: z.union([z.string(), z.int()]).transform(String),
  query: z.string().max(3_000).optional(),
});
export type SearchRequest = z.infer<typeof SearchRequest>;

export type SearchPage = { total: number; objects: CrmObject[]; after: string | null };

/** One page of matches. `now` (epoch ms) decides which new objects the index has caught up with. */
export function search(crm: Crm, type: ObjectType, request: SearchRequest, now: number): Outcome<SearchPage> {
  const problem = check(crm, type, request);
  if (problem) return refused({ status: 400, message: problem, category: "VALIDATION_ERROR" });
  const start = Number(request.after || "0");
  const matches = candidates(crm, type, request)
    .filter((object) => !object.archived && object.searchable_at <= now)
    .filter(
      ({ properties, associations }) =>
        request.filterGroups.length === 0 ||
        request.filterGroups.some((group) =>
          group.filters.every((filter) =>
            matchesFilter(type, { properties, associations: visible(associations, now) }, filter),
          ),
        ),
    )
    .filter((object) => contains(object, request.query));
  const [sort] = request.sorts;
  if (sort) matches.sort((a, b) => (sort.direction === "ASCENDING" ? 1 : -1) * order(type, sort.propertyName, a, b));
  const end = start + request.limit;
  return accepted({
    total: matches.length,
    objects: matches.slice(start, end),
    after: end < matches.length && end < MAX_RESULTS ? String(end) : null,
  });
}

function check(crm: Crm, type: ObjectType, request: SearchRequest): string | null {
  const filters = request.filterGroups.flatMap((group) => group.filters);
  if (request.filterGroups.length > MAX_GROUPS) return `Too many filter groups: at most ${MAX_GROUPS}`;
  if (request.filterGroups.some((group) => group.filters.length > MAX_FILTERS_PER_GROUP))
    return `Too many filters in a group: at most ${MAX_FILTERS_PER_GROUP}`;
  if (filters.length > MAX_FILTERS) return `Too many filters: at most ${MAX_FILTERS}`;
  if (request.sorts.length > 1) return "Only one sort is allowed";
  if (!/^\d*$/.test(request.after)) return `Invalid paging cursor: ${request.after}`;
  if (Number(request.after) + request.limit > MAX_RESULTS) return `Only the first ${MAX_RESULTS} results can be paged`;
  for (const filter of filters) {
    const association = associatedType(filter.propertyName);
    if (association === undefined && !isProperty(type, filter.propertyName, crm.account))
      return `There was a problem with the request: property ${filter.propertyName} does not exist`;
    const needsList = filter.operator === "IN" || filter.operator === "NOT_IN";
    const needsNothing = filter.operator === "HAS_PROPERTY" || filter.operator === "NOT_HAS_PROPERTY";
    if (needsList && filter.values === undefined) return `${filter.operator} needs values`;
    if (!needsList && !needsNothing && filter.value === undefined) return `${filter.operator} needs a value`;
    if (filter.operator === "BETWEEN" && filter.highValue === undefined) return "BETWEEN needs a highValue";
  }
  return null;
}

function associatedType(propertyName: string): ObjectType | undefined {
  return propertyName.startsWith("associations.") ? objectType(propertyName.slice("associations.".length)) : undefined;
}

/** When every group pins an association, only the objects on its other side are looked at. */
function candidates(crm: Crm, type: ObjectType, request: SearchRequest): CrmObject[] {
  const ids = new Set<string>();
  for (const { filters } of request.filterGroups) {
    const pin = filters.find((filter) => filter.operator === "EQ" && associatedType(filter.propertyName));
    const target = pin && associatedType(pin.propertyName);
    if (target === undefined) return crm.list(type);
    for (const link of crm.get(target, pin?.value ?? "")?.associations[type] ?? []) ids.add(link.id);
  }
  if (request.filterGroups.length === 0) return crm.list(type);
  return [...ids].flatMap((id) => crm.get(type, id) ?? []);
}

function visible(associations: CrmObject["associations"], now: number): CrmObject["associations"] {
  const seen = Object.entries(associations).map(
    ([type, links]) => [type, links.filter((link) => link.visible_at <= now)] as const,
  );
  return Object.fromEntries(seen);
}

type Searched = Pick<CrmObject, "properties" | "associations">;

function matchesFilter(type: ObjectType, object: Searched, filter: Filter): boolean {
  const target = associatedType(filter.propertyName);
  if (target !== undefined) {
    const ids = (object.associations[target] ?? []).map((link) => link.id);
    const wanted = filter.values ?? (filter.value === undefined ? [] : [filter.value]);
    const positive = filter.operator === "HAS_PROPERTY" ? ids.length > 0 : wanted.some((id) => ids.includes(id));
    return filter.operator.startsWith("N")
      ? filter.operator === "NOT_HAS_PROPERTY"
        ? ids.length === 0
        : !positive
      : positive;
  }
  const value = object.properties[filter.propertyName] ?? null;
  if (filter.operator === "HAS_PROPERTY") return value !== null;
  if (filter.operator === "NOT_HAS_PROPERTY") return value === null;
  // An unset property only matches the negative operators.
  if (value === null) return filter.operator === "NEQ" || filter.operator.startsWith("NOT_");
  const compare = (operand: string | undefined) => compareValues(type, filter.propertyName, value, operand ?? "");
  switch (filter.operator) {
    case "EQ":
      return compare(filter.value) === 0;
    case "NEQ":
      return compare(filter.value) !== 0;
    case "LT":
      return compare(filter.value) < 0;
    case "LTE":
      return compare(filter.value) <= 0;
    case "GT":
      return compare(filter.value) > 0;
    case "GTE":
      return compare(filter.value) >= 0;
    case "BETWEEN":
      return compare(filter.value) >= 0 && compare(filter.highValue) <= 0;
    case "IN":
      return (filter.values ?? []).some((operand) => compare(operand) === 0);
    case "NOT_IN":
      return !(filter.values ?? []).some((operand) => compare(operand) === 0);
    case "CONTAINS_TOKEN":
      return hasToken(value, filter.value ?? "");
    case "NOT_CONTAINS_TOKEN":
      return !hasToken(value, filter.value ?? "");
  }
}

function compareValues(type: ObjectType, name: string, left: string, right: string): number {
  if (isOrdered(type, name)) {
    const asNumber = (text: string) => (/[T:]|^\d{4}-\d\d/.test(text) ? toEpochMs(text) : Number(text));
    return asNumber(left) - asNumber(right);
  }
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Tokens are words; `*` stands for any characters within one, as in `*@querbus.example`. */
function hasToken(value: string, wanted: string): boolean {
  const parts = wanted.toLowerCase().split("*");
  const tokens = [value, ...value.split(/[^\p{L}\p{N}]+/u)].map((token) => token.toLowerCase());
  return tokens.some((token) => {
    if (parts.length === 1) return token === parts[0];
    const [first = "", ...rest] = parts;
    const last = rest.pop() ?? "";
    if (!token.startsWith(first) || !token.endsWith(last) || token.length < first.length + last.length) return false;
    let from = first.length;
    return rest.every((part) => {
      const at = token.indexOf(part, from);
      from = at + part.length;
      return at >= 0 && from <= token.length - last.length;
    });
  });
}

function contains(object: CrmObject, query: string | undefined): boolean {
  if (!query) return true;
  const wanted = query.toLowerCase();
  return Object.values(object.properties).some((value) => value?.toLowerCase().includes(wanted));
}

function order(type: ObjectType, name: string, a: CrmObject, b: CrmObject): number {
  const [left, right] = [a.properties[name] ?? null, b.properties[name] ?? null];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return compareValues(type, name, left, right);
}
