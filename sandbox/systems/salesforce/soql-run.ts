// Runs a query over the org. Rule: field and object names are taken in any case and answered in their own; a name that
// does not exist refuses the query, and deleted records are found only where all are asked for.
import { id18 } from "./record-id.ts";
import type { Org, SObject } from "./records.ts";
import { accepted, badRequest, type Outcome, type Refusal, refused } from "./refusal.ts";
import { DESCRIPTIONS, fieldName, type SObjectType, sobjectType } from "./sobject-types.ts";
import type { Condition, Literal, Query } from "./soql-parse.ts";
import { wireValue } from "./view.ts";

type Row = Record<string, unknown>;
const DAY_MS = 86_400_000;

/**
 * All matching rows, as the answer shows them. `now` is epoch ms, `version` the one in the path (`v66.0`); `deleted` finds
 * what was deleted or merged away, too.
 */
export function runSoql(org: Org, query: Query, version: string, now: number, deleted = false): Outcome<Row[]> {
  const type = sobjectType(query.from);
  if (type === undefined)
    return refused(badRequest("INVALID_TYPE", `sObject type '${query.from}' is not supported.`, undefined));
  const problem = unknownName(type, query);
  if (problem !== null) return refused(problem);
  const found = org
    .list(type)
    .filter((record) => deleted || !record.is_deleted)
    .filter((record) => query.where === null || holds(org, type, record, query.where, now));
  for (const { field, descending, nullsLast } of query.orderBy.toReversed())
    found.sort((a, b) => {
      const [left, right] = [valueAt(org, type, a, field), valueAt(org, type, b, field)];
      if (left === null || right === null)
        return (Number(right === null) - Number(left === null)) * (nullsLast ? -1 : 1);
      return (descending ? -1 : 1) * compare(left, right);
    });
  const page = found.slice(query.offset, query.limit === null ? undefined : query.offset + query.limit);
  return accepted(page.map((record) => row(org, type, record, query, version, now)));
}

function row(org: Org, type: SObjectType, record: SObject, query: Query, version: string, now: number): Row {
  const shown: Row = { attributes: attributes(type, record.id, version) };
  for (const path of query.fields) select(org, type, record, path.split("."), shown, version);
  for (const subquery of query.subqueries) {
    const [name, child] = childOf(type, subquery.from) ?? [];
    if (name === undefined || child === undefined) continue;
    const mine: Condition = { kind: "compare", field: child.field, operator: "=", value: record.id };
    const where: Condition = subquery.where === null ? mine : { kind: "and", parts: [mine, subquery.where] };
    const rows = runSoql(org, { ...subquery, from: child.type, where }, version, now);
    const records = rows.ok ? rows.value : [];
    shown[name] = records.length === 0 ? null : { totalSize: records.length, done: true, records };
  }
  return shown;
}

/** Puts one selected path into the row; a relationship that leads nowhere is null. */
function select(
  org: Org,
  type: SObjectType,
  record: SObject,
  path: readonly string[],
  shown: Row,
  version: string,
): void {
  const [head = "", ...rest] = path;
  if (rest.length === 0) {
    const name = fieldName(type, head) ?? head;
    shown[name] = wireValue(type, name, record.fields[name] ?? null);
    return;
  }
  const [as, followed] = follow(org, type, record, head);
  if (followed === null) {
    shown[as] = null;
    return;
  }
  const known = shown[as];
  const inner: Row = isRow(known) ? known : { attributes: attributes(followed.type, followed.record.id, version) };
  shown[as] = inner;
  select(org, followed.type, followed.record, rest, inner, version);
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}

function follow(org: Org, type: SObjectType, record: SObject, name: string) {
  const field = lookupOf(type, name);
  const id = field === undefined ? null : record.fields[field.name];
  const as = field?.lookup.as ?? name;
  if (typeof id !== "string") return [as, null] as const;
  const target = field?.lookup.to.find((to) => DESCRIPTIONS[to].prefix === id.slice(0, 3));
  const found = target === undefined ? undefined : org.get(target, id);
  return [as, target === undefined || found === undefined ? null : { type: target, record: found }] as const;
}

function lookupOf(type: SObjectType, relationship: string) {
  for (const [name, { lookup }] of Object.entries(DESCRIPTIONS[type].fields))
    if (lookup?.as.toLowerCase() === relationship.toLowerCase()) return { name, lookup };
  return undefined;
}

function childOf(type: SObjectType, name: string) {
  return Object.entries(DESCRIPTIONS[type].children).find(([known]) => known.toLowerCase() === name.toLowerCase());
}

function valueAt(org: Org, type: SObjectType, record: SObject, path: string): Scalar {
  const [head = "", ...rest] = path.split(".");
  if (rest.length === 0) return record.fields[fieldName(type, head) ?? head] ?? null;
  const [, followed] = follow(org, type, record, head);
  return followed === null ? null : valueAt(org, followed.type, followed.record, rest.join("."));
}

function unknownName(type: SObjectType, query: Query): Refusal | null {
  const paths = [...query.fields, ...query.orderBy.map(({ field }) => field), ...conditionFields(query.where)];
  for (const path of paths) {
    const wrong = unknownPath(type, path);
    if (wrong !== null) return badRequest("INVALID_FIELD", wrong);
  }
  for (const subquery of query.subqueries) {
    const [, child] = childOf(type, subquery.from) ?? [];
    if (child === undefined)
      return badRequest(
        "INVALID_TYPE",
        `Didn't understand relationship '${subquery.from}' in FROM part of query call.`,
      );
    const wrong = unknownName(child.type, subquery);
    if (wrong !== null) return wrong;
  }
  return null;
}

function unknownPath(type: SObjectType, path: string): string | null {
  const [head = "", ...rest] = path.split(".");
  if (rest.length === 0)
    return fieldName(type, head) === undefined ? `No such column '${head}' on entity '${type}'.` : null;
  const targets = lookupOf(type, head)?.lookup.to;
  if (targets === undefined) return `Didn't understand relationship '${head}' in field path.`;
  const wrong = targets.map((target) => unknownPath(target, rest.join(".")));
  return wrong.includes(null) ? null : (wrong[0] ?? null);
}

function conditionFields(condition: Condition | null): string[] {
  if (condition === null) return [];
  if (condition.kind === "not") return conditionFields(condition.part);
  return "parts" in condition ? condition.parts.flatMap(conditionFields) : [condition.field];
}

function holds(org: Org, type: SObjectType, record: SObject, condition: Condition, now: number): boolean {
  switch (condition.kind) {
    case "and":
      return condition.parts.every((part) => holds(org, type, record, part, now));
    case "or":
      return condition.parts.some((part) => holds(org, type, record, part, now));
    case "not":
      return !holds(org, type, record, condition.part, now);
    case "in": {
      const value = valueAt(org, type, record, condition.field);
      const inside = condition.values.some((literal) => same(value, operand(literal, value, now)));
      return condition.not ? !inside : inside;
    }
    case "compare": {
      const value = valueAt(org, type, record, condition.field);
      const wanted = operand(condition.value, value, now);
      if (condition.operator === "=") return same(value, wanted);
      if (condition.operator === "!=") return !same(value, wanted);
      if (value === null || wanted === null) return false;
      if (condition.operator === "LIKE") return like(String(value), String(wanted));
      const order = compare(value, wanted);
      if (condition.operator === "<") return order < 0;
      if (condition.operator === "<=") return order <= 0;
      return condition.operator === ">" ? order > 0 : order >= 0;
    }
  }
}

type Scalar = string | number | boolean | null;

/** The literal as the field's value is stored: dates as days or instants, a 15-character id as its 18. */
function operand(literal: Literal, value: Scalar, now: number): Scalar {
  if (typeof literal === "string") return /^[0-9A-Za-z]{15}$/.test(literal) ? (id18(literal) ?? literal) : literal;
  if (typeof literal !== "object" || literal === null) return literal;
  const instant = "date" in literal ? Date.parse(literal.date) : dayStart(now) - literal.lastDays * DAY_MS;
  const isDay = typeof value === "string" && value.length === 10;
  const text = Number.isFinite(instant) ? new Date(instant).toISOString() : null;
  return isDay ? (text?.slice(0, 10) ?? null) : text;
}

function dayStart(now: number): number {
  return Math.floor(now / DAY_MS) * DAY_MS;
}

/** Texts are equal in any case, ids only in theirs. */
function same(left: Scalar, right: Scalar): boolean {
  if (typeof left !== "string" || typeof right !== "string") return left === right;
  const ids = /^[0-9A-Za-z]{15}[A-Z0-5]{3}$/.test(left);
  return ids ? left === right : left.toLowerCase() === right.toLowerCase();
}

function compare(left: Scalar, right: Scalar): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  const [a, b] = [String(left).toLowerCase(), String(right).toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `%` stands for any characters, `_` for one; compared piece by piece, so that no pattern can be slow. */
function like(value: string, pattern: string): boolean {
  const text = value.toLowerCase();
  const pieces = pattern.toLowerCase().split("%");
  const fitsAt = (piece: string, at: number) =>
    at >= 0 && at + piece.length <= text.length && [...piece].every((char, n) => char === "_" || char === text[at + n]);
  const [first = "", ...middle] = pieces;
  if (!fitsAt(first, 0)) return false;
  const last = middle.pop();
  if (last === undefined) return text.length === first.length;
  let from = first.length;
  for (const piece of middle) {
    while (from + piece.length <= text.length && !fitsAt(piece, from)) from += 1;
    if (!fitsAt(piece, from)) return false;
    from += piece.length;
  }
  return text.length - last.length >= from && fitsAt(last, text.length - last.length);
}

function attributes(type: SObjectType, id: string, version: string) {
  return { type, url: `/services/data/${version}/sobjects/${type}/${id}` };
}
