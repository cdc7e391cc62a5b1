// Salesforce's endpoints for one record: create, read, update, delete, and the same by an external id.
// Source: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve.htm
import type { Context, Hono } from "hono";
import * as z from "zod";
import { id18 } from "./record-id.ts";
import type { Org, SObject } from "./records.ts";
import { accepted, badRequest, DELETED, NOT_FOUND, type Outcome, refusalResponse, refused } from "./refusal.ts";
import type { OrgOf } from "./sessions.ts";
import { DESCRIPTIONS, fieldName, type SObjectType, sobjectType } from "./sobject-types.ts";
import { view } from "./view.ts";

const Body = z.record(z.string(), z.unknown());

/** Adds the endpoints under `base`, for example `/services/data/:version`. */
export function sobjectsApi(app: Hono, base: string, orgOf: OrgOf): void {
  const orgFor = (c: Context) => orgOf(c.req.header("authorization"));

  app.post(`${base}/sobjects/:type`, async (c) => {
    const type = sobjectType(c.req.param("type"));
    if (type === undefined) return refusalResponse(NOT_FOUND);
    const body = readBody(await c.req.text());
    if (!body.ok) return refusalResponse(body.refusal);
    const created = orgFor(c).create(type, body.value);
    if (!created.ok) return refusalResponse(created.refusal);
    return Response.json({ id: created.value.id, success: true, errors: [] }, { status: 201 });
  });

  app.get(`${base}/sobjects/:type/:id`, (c) => {
    const found = byId(orgFor(c), c.req.param("type"), c.req.param("id"));
    return found.ok ? show(c, found.value.type, found.value.record) : refusalResponse(found.refusal);
  });

  app.patch(`${base}/sobjects/:type/:id`, async (c) => {
    const org = orgFor(c);
    const found = byId(org, c.req.param("type"), c.req.param("id"));
    if (!found.ok) return refusalResponse(found.refusal);
    const body = readBody(await c.req.text());
    if (!body.ok) return refusalResponse(body.refusal);
    const updated = org.update(found.value.type, found.value.record.id, body.value);
    return updated.ok ? new Response(null, { status: 204 }) : refusalResponse(updated.refusal);
  });

  app.delete(`${base}/sobjects/:type/:id`, (c) => {
    const org = orgFor(c);
    const found = byId(org, c.req.param("type"), c.req.param("id"));
    if (!found.ok) return refusalResponse(found.refusal);
    const removed = org.remove(found.value.type, found.value.record.id);
    return removed.ok ? new Response(null, { status: 204 }) : refusalResponse(removed.refusal);
  });

  app.get(`${base}/sobjects/:type/:field/:value`, (c) => {
    const org = orgFor(c);
    const key = externalKey(c.req.param("type"), c.req.param("field"));
    if (!key.ok) return refusalResponse(key.refusal);
    const id = org.findByExternalId(key.value.type, key.value.field, c.req.param("value"));
    const record = id === undefined ? undefined : org.get(key.value.type, id);
    return record === undefined ? refusalResponse(NOT_FOUND) : show(c, key.value.type, record);
  });

  app.patch(`${base}/sobjects/:type/:field/:value`, async (c) => {
    const org = orgFor(c);
    const body = readBody(await c.req.text());
    if (!body.ok) return refusalResponse(body.refusal);
    const upserted = upsert(org, c.req.param("type"), c.req.param("field"), c.req.param("value"), body.value);
    if (!upserted.ok) return refusalResponse(upserted.refusal);
    const { id, created } = upserted.value;
    return Response.json({ id, success: true, errors: [], created }, { status: created ? 201 : 200 });
  });
}

/** Creates the record with that external id, or updates the one that has it. */
export function upsert(
  org: Org,
  typeName: string,
  field: string,
  value: string,
  fields: Readonly<Record<string, unknown>>,
): Outcome<{ id: string; created: boolean }> {
  const key = externalKey(typeName, field);
  if (!key.ok) return key;
  const { type, field: name } = key.value;
  if (Object.keys(fields).some((given) => fieldName(type, given) === name))
    return refused(badRequest("INVALID_FIELD", `The ${name} field should not be specified in the sobject data.`, []));
  const existing = org.findByExternalId(type, name, value);
  const written =
    existing === undefined ? org.create(type, { ...fields, [name]: value }) : org.update(type, existing, fields);
  return written.ok ? accepted({ id: written.value.id, created: existing === undefined }) : written;
}

/** A live record by either form of its id; a deleted one is told apart from one that never was. */
function byId(org: Org, typeName: string, idText: string): Outcome<{ type: SObjectType; record: SObject }> {
  const type = sobjectType(typeName);
  if (type === undefined) return refused(NOT_FOUND);
  const id = id18(idText);
  if (id === null) return refused({ ...badRequest("MALFORMED_ID", `malformed id ${idText}`, ["Id"]) });
  const record = org.get(type, id);
  if (record === undefined) return refused(NOT_FOUND);
  return record.is_deleted ? refused(DELETED) : accepted({ type, record });
}

function externalKey(typeName: string, fieldText: string): Outcome<{ type: SObjectType; field: string }> {
  const type = sobjectType(typeName);
  const field = type === undefined ? undefined : fieldName(type, fieldText);
  if (type === undefined || field === undefined || !DESCRIPTIONS[type].fields[field]?.externalId)
    return refused({
      ...NOT_FOUND,
      message: `Provided external ID field does not exist or is not accessible: ${fieldText}`,
    });
  return accepted({ type, field });
}

function show(c: Context, type: SObjectType, record: SObject): Response {
  const asked = c.req.query("fields")?.split(",");
  const names: string[] = [];
  for (const given of asked ?? []) {
    const name = fieldName(type, given.trim());
    if (name === undefined)
      return refusalResponse(badRequest("INVALID_FIELD", `No such column '${given}' on entity '${type}'.`));
    names.push(name);
  }
  return Response.json(view(type, record, asked === undefined ? null : names, c.req.param("version") ?? ""));
}

/** A body that has to be a JSON object. */
export function readBody(text: string): Outcome<Record<string, unknown>> {
  try {
    const body = Body.safeParse(JSON.parse(text));
    if (body.success) return accepted(body.data);
  } catch {
    // Refused below, as any other body that is no object.
  }
  return refused(badRequest("JSON_PARSER_ERROR", "The body has to be a JSON object"));
}
