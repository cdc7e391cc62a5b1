// HubSpot's batch endpoints that dealwire uses: read, upsert and archive, at most 100 inputs each.
// An upsert takes no associations: HubSpot ignores the member, so a caller that relies on it has unlinked records.
import type { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { MAX_BATCH, notUnique, Properties, RecordId, readBody, typeOf } from "./inputs.ts";
import { NAMING, type ObjectType } from "./object-types.ts";
import { checkProperties, isUnique } from "./properties.ts";
import { historyView } from "./property-history.ts";
import { type CrmObject, crm } from "./records.ts";
import { type Refusal, refusalResponse } from "./refusal.ts";
import { view } from "./view.ts";

const ReadRequest = z.object({
  inputs: z.array(z.object({ id: RecordId })),
  properties: z.array(z.string()).optional(),
  propertiesWithHistory: z.array(z.string()).optional(),
  idProperty: z.string().optional(),
});
const ArchiveRequest = z.object({ inputs: z.array(z.object({ id: RecordId })) });
const UpsertRequest = z.object({
  inputs: z.array(
    z.object({
      id: RecordId,
      idProperty: z.string(),
      properties: Properties,
      objectWriteTraceId: z.string().optional(),
    }),
  ),
});

/** Adds the endpoints under `base`, for example `/crm/objects/2026-09`. */
export function batchApi(app: Hono, base: string, deps: Deps): void {
  const records = crm(deps);
  const refuse = (refusal: Refusal) => refusalResponse(refusal, deps.newId());
  const complete = (results: readonly unknown[]) => {
    const at = new Date(deps.clock()).toISOString();
    return { status: "COMPLETE", results, startedAt: at, completedAt: at };
  };

  app.post(`${base}/:type/batch/read`, async (c) => {
    const type = typeOf(c.req.param("type"));
    if (!type.ok) return refuse(type.refusal);
    const body = readBody(await c.req.text(), ReadRequest);
    if (!body.ok) return refuse(body.refusal);
    const { inputs, properties, propertiesWithHistory: history, idProperty } = body.value;
    if (inputs.length > MAX_BATCH) return refuse(tooMany(inputs.length));
    if (idProperty !== undefined && !isUnique(type.value, idProperty)) return refuse(notUnique(type.value, idProperty));
    const ids = [...new Set(inputs.map((input) => input.id))];
    const found = ids.flatMap((id) => {
      const object = records.find(type.value, idProperty, id);
      return object === undefined || object.archived ? [] : [{ id, object }];
    });
    const results = found.map(({ object }) => ({
      ...view(type.value, object, properties ?? null, records),
      ...(history === undefined ? {} : historyView(object, history)),
    }));
    const missing = ids.filter((id) => !found.some((entry) => entry.id === id));
    if (missing.length === 0) return Response.json(complete(results));
    const error = {
      status: "error",
      category: "OBJECT_NOT_FOUND",
      message: `Could not get some ${NAMING[type.value].singular.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`,
      context: { ids: missing },
      links: {},
      errors: [],
    };
    return Response.json({ ...complete(results), numErrors: 1, errors: [error] }, { status: 207 });
  });

  app.post(`${base}/:type/batch/archive`, async (c) => {
    const type = typeOf(c.req.param("type"));
    if (!type.ok) return refuse(type.refusal);
    const body = readBody(await c.req.text(), ArchiveRequest);
    if (!body.ok) return refuse(body.refusal);
    if (body.value.inputs.length > MAX_BATCH) return refuse(tooMany(body.value.inputs.length));
    for (const { id } of body.value.inputs) records.archive(type.value, id);
    return new Response(null, { status: 204 });
  });

  app.post(`${base}/:type/batch/upsert`, async (c) => {
    const type = typeOf(c.req.param("type"));
    if (!type.ok) return refuse(type.refusal);
    const body = readBody(await c.req.text(), UpsertRequest);
    if (!body.ok) return refuse(body.refusal);
    const { inputs } = body.value;
    if (inputs.length > MAX_BATCH) return refuse(tooMany(inputs.length));
    const problem = upsertProblem(type.value, inputs);
    if (problem) return refuse(problem);
    // Every input is checked before the first is written: HubSpot applies a valid batch or none of it.
    const before = inputs.map((input) => records.find(type.value, input.idProperty, input.id));
    for (const [n, input] of inputs.entries()) {
      const mode = before[n] === undefined ? "create" : "update";
      const checked = checkProperties(type.value, input.properties, records.account, mode);
      if (!checked.ok) return refuse(checked.refusal);
    }
    const results: unknown[] = [];
    for (const [n, input] of inputs.entries()) {
      const existing: CrmObject | undefined = before[n];
      const written =
        existing === undefined
          ? records.create(type.value, { ...input.properties, [input.idProperty]: input.id }, [])
          : records.update(type.value, existing.id, input.properties);
      if (!written.ok) return refuse(written.refusal);
      const asked = [...Object.keys(input.properties), input.idProperty];
      const trace = input.objectWriteTraceId === undefined ? {} : { objectWriteTraceId: input.objectWriteTraceId };
      results.push({ ...view(type.value, written.value, asked, records), new: existing === undefined, ...trace });
    }
    return Response.json(complete(results));
  });
}

function tooMany(count: number): Refusal {
  return {
    status: 400,
    message: `Invalid input: ${count} inputs, the maximum batch size is ${MAX_BATCH}`,
    category: "VALIDATION_ERROR",
  };
}

function upsertProblem(type: ObjectType, inputs: readonly { id: string; idProperty: string }[]): Refusal | null {
  for (const { idProperty } of inputs) if (!isUnique(type, idProperty)) return notUnique(type, idProperty);
  const seen = new Set<string>();
  for (const { id, idProperty } of inputs) {
    const key = `${idProperty}=${id.toLowerCase()}`;
    if (seen.has(key))
      return { status: 400, message: `Duplicate IDs found in batch input: [${id}]`, category: "VALIDATION_ERROR" };
    seen.add(key);
  }
  return null;
}
