// HubSpot's association endpoints, in the dated family and in v4. They differ: the dated one shows ids as text and
// answers a batch with 200, v4 shows them as numbers and answers it with 201.
// Source: the OpenAPI documents "Associations" of 2026-09 and v4 (HubSpot/HubSpot-public-api-spec-collection).
import type { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { associationLabel, associationLabels, defaultType } from "./association-types.ts";
import { AssociationSpec, linksBetween, MAX_BATCH, RecordId, readBody, typeOf } from "./inputs.ts";
import { NAMING, type ObjectType } from "./object-types.ts";
import { crm } from "./records.ts";
import { invalidInput, notFound, type Outcome, type Refusal, refusalResponse } from "./refusal.ts";

const CreateBatch = z.object({
  inputs: z.array(
    z.object({
      from: z.object({ id: RecordId }),
      to: z.object({ id: RecordId }),
      types: z.array(AssociationSpec).min(1),
    }),
  ),
});
const ReadBatch = z.object({ inputs: z.array(z.object({ id: RecordId })) });
const Specs = z.array(AssociationSpec).min(1);

type Bases = { objects: string; associations: string; dated: boolean };
type Target = { type: ObjectType; id: string };

/** Adds the endpoints under `bases`, for example `/crm/objects/2026-09` and `/crm/associations/2026-09`. */
export function associationsApi(app: Hono, bases: Bases, deps: Deps): void {
  const records = crm(deps);
  const refuse = (refusal: Refusal) => refusalResponse(refusal, deps.newId());
  const shownId = (id: string) => (bases.dated ? id : Number(id));
  const labels = (from: Target, to: Target) => ({
    fromObjectTypeId: NAMING[from.type].typeId,
    fromObjectId: shownId(from.id),
    toObjectTypeId: NAMING[to.type].typeId,
    toObjectId: shownId(to.id),
    labels: [],
  });
  const complete = (results: readonly unknown[]) => {
    const at = new Date(deps.clock()).toISOString();
    return { status: "COMPLETE", results, startedAt: at, completedAt: at };
  };
  const link = (from: Target, to: Target, specs: readonly AssociationSpec[]): Outcome<unknown> => {
    const links = linksBetween(records, from, to, specs);
    if (links.ok) for (const one of links.value) records.link(from.type, from.id, one);
    return links;
  };
  const standardError = ({ message, category, context }: Refusal) => ({
    status: "error",
    category: category ?? "VALIDATION_ERROR",
    message,
    context: context ?? {},
    links: {},
    errors: [],
  });

  /** The other records, each once with all its types. */
  const linked = (links: readonly { id: string; type_id: number }[]) =>
    [...new Set(links.map((one) => one.id))].map((target) => ({
      toObjectId: shownId(target),
      associationTypes: links.filter((one) => one.id === target).map((one) => associationLabel(one.type_id)),
    }));

  app.get(`${bases.associations}/:type/:toType/labels`, (c) => {
    const [type, toType] = [typeOf(c.req.param("type")), typeOf(c.req.param("toType"))];
    if (!type.ok) return refuse(type.refusal);
    if (!toType.ok) return refuse(toType.refusal);
    return Response.json({ results: associationLabels(type.value, toType.value) });
  });

  app.get(`${bases.objects}/:type/:id/associations/:toType`, (c) => {
    const [type, toType] = [typeOf(c.req.param("type")), typeOf(c.req.param("toType"))];
    if (!type.ok) return refuse(type.refusal);
    if (!toType.ok) return refuse(toType.refusal);
    const object = records.get(type.value, c.req.param("id"));
    if (object === undefined || object.archived) return refuse(notFound(c.req.param("id")));
    return Response.json({ results: linked(records.links(object, toType.value)) });
  });

  // All associations of the pair go, labels included; there is nothing to say when there was none.
  app.delete(`${bases.objects}/:type/:id/associations/:toType/:toId`, (c) => {
    const [type, toType] = [typeOf(c.req.param("type")), typeOf(c.req.param("toType"))];
    if (!type.ok) return refuse(type.refusal);
    if (!toType.ok) return refuse(toType.refusal);
    records.unlink(type.value, c.req.param("id"), toType.value, c.req.param("toId"));
    return new Response(null, { status: 204 });
  });

  app.put(`${bases.objects}/:type/:id/associations/default/:toType/:toId`, (c) => {
    const [type, toType] = [typeOf(c.req.param("type")), typeOf(c.req.param("toType"))];
    if (!type.ok) return refuse(type.refusal);
    if (!toType.ok) return refuse(toType.refusal);
    const typeId = defaultType(type.value, toType.value);
    if (typeId === undefined) return refuse(invalidInput(`no association between ${type.value} and ${toType.value}`));
    const from = { type: type.value, id: c.req.param("id") };
    const to = { type: toType.value, id: c.req.param("toId") };
    const associationSpec = { associationCategory: "HUBSPOT_DEFINED" as const, associationTypeId: typeId };
    const made = link(from, to, [associationSpec]);
    if (!made.ok) return refuse(made.refusal);
    return Response.json(complete([{ from: { id: from.id }, to: { id: to.id }, associationSpec }]));
  });

  app.put(`${bases.objects}/:type/:id/associations/:toType/:toId`, async (c) => {
    const [type, toType] = [typeOf(c.req.param("type")), typeOf(c.req.param("toType"))];
    if (!type.ok) return refuse(type.refusal);
    if (!toType.ok) return refuse(toType.refusal);
    const specs = readBody(await c.req.text(), Specs);
    if (!specs.ok) return refuse(specs.refusal);
    const from = { type: type.value, id: c.req.param("id") };
    const to = { type: toType.value, id: c.req.param("toId") };
    const made = link(from, to, specs.value);
    return made.ok ? Response.json(labels(from, to), { status: 201 }) : refuse(made.refusal);
  });

  app.post(`${bases.associations}/:type/:toType/batch/create`, async (c) => {
    const [type, toType] = [typeOf(c.req.param("type")), typeOf(c.req.param("toType"))];
    if (!type.ok) return refuse(type.refusal);
    if (!toType.ok) return refuse(toType.refusal);
    const body = readBody(await c.req.text(), CreateBatch);
    if (!body.ok) return refuse(body.refusal);
    if (body.value.inputs.length > MAX_BATCH) return refuse(invalidInput(`at most ${MAX_BATCH} inputs`));
    const results: unknown[] = [];
    const errors: unknown[] = [];
    for (const input of body.value.inputs) {
      const from = { type: type.value, id: input.from.id };
      const to = { type: toType.value, id: input.to.id };
      const made = link(from, to, input.types);
      if (made.ok) results.push(labels(from, to));
      else errors.push(standardError(made.refusal));
    }
    if (errors.length > 0)
      return Response.json({ ...complete(results), numErrors: errors.length, errors }, { status: 207 });
    return Response.json(complete(results), { status: bases.dated ? 200 : 201 });
  });

  app.post(`${bases.associations}/:type/:toType/batch/read`, async (c) => {
    const [type, toType] = [typeOf(c.req.param("type")), typeOf(c.req.param("toType"))];
    if (!type.ok) return refuse(type.refusal);
    if (!toType.ok) return refuse(toType.refusal);
    const body = readBody(await c.req.text(), ReadBatch);
    if (!body.ok) return refuse(body.refusal);
    const results = body.value.inputs.flatMap(({ id }) => {
      const object = records.get(type.value, id);
      const links = object === undefined ? [] : records.links(object, toType.value);
      const to = linked(links);
      return to.length === 0 ? [] : [{ from: { id }, to }];
    });
    return Response.json(complete(results));
  });
}
