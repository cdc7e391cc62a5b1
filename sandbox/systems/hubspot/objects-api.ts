// HubSpot's object endpoints for one record at a time, and the search.
// Source: the OpenAPI documents "Objects" and "Tasks" of 2026-09 (HubSpot/HubSpot-public-api-spec-collection).
import type { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import {
  AssociationSpec,
  linksFrom,
  listParameter,
  notUnique,
  Properties,
  RecordId,
  readBody,
  typeOf,
} from "./inputs.ts";
import { OBJECT_TYPES, type ObjectType } from "./object-types.ts";
import { isUnique } from "./properties.ts";
import { historyView } from "./property-history.ts";
import { type Crm, type CrmObject, crm } from "./records.ts";
import { accepted, notFound, type Outcome, type Refusal, refusalResponse, refused } from "./refusal.ts";
import { MAX_SEARCH_BODY, SearchRequest, search } from "./search.ts";
import { associationsView, view } from "./view.ts";

const CreateRequest = z.object({
  properties: Properties,
  associations: z.array(z.object({ to: z.object({ id: RecordId }), types: z.array(AssociationSpec).min(1) })),
});
const MergeRequest = z.object({ primaryObjectId: RecordId, objectIdToMerge: RecordId });
const UpdateRequest = z.object({ properties: Properties });

/** HubSpot allows 5 searches a second for the whole account, and sends no rate limit headers with them. */
const SEARCH_RATE = { max: 5, windowMs: 1_000 };

/** Adds the endpoints under `base`, for example `/crm/objects/2026-09`. */
export function objectsApi(app: Hono, base: string, deps: Deps): void {
  const records = crm(deps);
  const refuse = (refusal: Refusal) => refusalResponse(refusal, deps.newId());

  app.post(`${base}/:type/search`, async (c) => {
    const admission = deps.limiter.admit("hubspot search", SEARCH_RATE, deps.clock());
    if (!admission.allowed)
      return refuse({ status: 429, message: "You have reached your secondly limit.", policyName: "SECONDLY" });
    const type = typeOf(c.req.param("type"));
    if (!type.ok) return refuse(type.refusal);
    if ((await c.req.text()).length > MAX_SEARCH_BODY)
      return refuse({ status: 400, message: `The request body is over ${MAX_SEARCH_BODY} characters` });
    const request = readBody(await c.req.text(), SearchRequest);
    if (!request.ok) return refuse(request.refusal);
    const page = search(records, type.value, request.value, deps.clock());
    if (!page.ok) return refuse(page.refusal);
    return Response.json({
      total: page.value.total,
      results: page.value.objects.map((object) => view(type.value, object, request.value.properties, records)),
      ...(page.value.after === null ? {} : { paging: { next: { after: page.value.after } } }),
    });
  });

  app.post(`${base}/:type/merge`, async (c) => {
    const type = typeOf(c.req.param("type"));
    if (!type.ok) return refuse(type.refusal);
    const body = readBody(await c.req.text(), MergeRequest);
    if (!body.ok) return refuse(body.refusal);
    const merged = records.merge(type.value, body.value.primaryObjectId, body.value.objectIdToMerge);
    return merged.ok ? Response.json(view(type.value, merged.value, null, records)) : refuse(merged.refusal);
  });

  app.post(`${base}/:type`, async (c) => {
    const type = typeOf(c.req.param("type"));
    if (!type.ok) return refuse(type.refusal);
    const body = readBody(await c.req.text(), CreateRequest);
    if (!body.ok) return refuse(body.refusal);
    const { properties, associations } = body.value;
    const links = linksFrom(records, type.value, associations, OBJECT_TYPES);
    if (!links.ok) return refuse(links.refusal);
    const created = records.create(type.value, properties, links.value);
    if (!created.ok) return refuse(created.refusal);
    return Response.json(view(type.value, created.value, Object.keys(properties), records), { status: 201 });
  });

  app.get(`${base}/:type/:id`, (c) => {
    const type = typeOf(c.req.param("type"));
    if (!type.ok) return refuse(type.refusal);
    const archived = c.req.query("archived") === "true";
    const found = locate(records, type.value, c.req.query("idProperty"), c.req.param("id"), archived);
    if (!found.ok) return refuse(found.refusal);
    const asked: ObjectType[] = [];
    for (const name of listParameter(c.req.queries("associations")) ?? []) {
      const target = typeOf(name);
      if (!target.ok) return refuse(target.refusal);
      asked.push(target.value);
    }
    const properties = listParameter(c.req.queries("properties"));
    const history = listParameter(c.req.queries("propertiesWithHistory"));
    return Response.json({
      ...view(type.value, found.value, history === null ? properties : [...(properties ?? []), ...history], records),
      ...(history === null ? {} : historyView(found.value, history)),
      ...associationsView(found.value, asked, records),
    });
  });

  app.patch(`${base}/:type/:id`, async (c) => {
    const type = typeOf(c.req.param("type"));
    if (!type.ok) return refuse(type.refusal);
    const body = readBody(await c.req.text(), UpdateRequest);
    if (!body.ok) return refuse(body.refusal);
    const found = locate(records, type.value, c.req.query("idProperty"), c.req.param("id"), false);
    if (!found.ok) return refuse(found.refusal);
    const updated = records.update(type.value, found.value.id, body.value.properties);
    if (!updated.ok) return refuse(updated.refusal);
    return Response.json(view(type.value, updated.value, Object.keys(body.value.properties), records));
  });

  // Archiving is idempotent at HubSpot: an unknown or archived id is answered 204 too.
  app.delete(`${base}/:type/:id`, (c) => {
    const type = typeOf(c.req.param("type"));
    if (!type.ok) return refuse(type.refusal);
    records.archive(type.value, c.req.param("id"));
    return new Response(null, { status: 204 });
  });
}

function locate(
  records: Crm,
  type: ObjectType,
  idProperty: string | undefined,
  value: string,
  archived: boolean,
): Outcome<CrmObject> {
  if (idProperty !== undefined && !isUnique(type, idProperty)) return refused(notUnique(type, idProperty));
  const object = records.find(type, idProperty, value);
  if (object === undefined || object.archived !== archived) return refused(notFound(value));
  return accepted(object);
}
