// Salesforce's sObject collections: up to 200 records in one call, each with its own outcome.
// Source: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm
import type { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { id18 } from "./record-id.ts";
import { org as orgOver } from "./records.ts";
import { badRequest, NOT_FOUND, type Outcome, type Refusal, refusalResponse, refused } from "./refusal.ts";
import { bearer, type OrgOf, sessions } from "./sessions.ts";
import { DESCRIPTIONS, fieldName, SOBJECT_TYPES, sobjectType } from "./sobject-types.ts";
import { readBody, upsert } from "./sobjects-api.ts";
import { undoableStore } from "./undoable-store.ts";
import { view } from "./view.ts";

const MAX_RECORDS = 200;
const Records = z.object({
  allOrNone: z.boolean().default(false),
  records: z.array(z.looseObject({ attributes: z.object({ type: z.string() }) })).max(MAX_RECORDS),
});
const Retrieve = z.object({ ids: z.array(z.string()).max(2_000), fields: z.array(z.string()).min(1) });

type Written = { id: string; created?: boolean };

/** Adds the endpoints under `base`, for example `/services/data/:version`. */
export function collectionsApi(app: Hono, base: string, orgOf: OrgOf, deps: Deps): void {
  const retrieve = (typeName: string, request: unknown, version: string, authorization: string | undefined) => {
    const type = sobjectType(typeName);
    const asked = Retrieve.safeParse(request);
    if (type === undefined) return refusalResponse(NOT_FOUND);
    if (!asked.success) return refusalResponse(badRequest("MALFORMED_QUERY", "ids and fields have to be given"));
    const names: string[] = [];
    for (const given of asked.data.fields) {
      const name = fieldName(type, given);
      if (name === undefined)
        return refusalResponse(badRequest("INVALID_FIELD", `No such column '${given}' on sobject of type ${type}`));
      names.push(name);
    }
    const org = orgOf(authorization);
    const found = asked.data.ids.map((text) => {
      const id = id18(text);
      const record = id === null ? undefined : org.get(type, id);
      return record === undefined || record.is_deleted ? null : view(type, record, names, version);
    });
    return Response.json(found);
  };

  app.get(`${base}/composite/sobjects/:type`, (c) => {
    const list = (name: string) => (c.req.query(name) ?? "").split(",").filter((part) => part !== "");
    const request = { ids: list("ids"), fields: list("fields") };
    return retrieve(c.req.param("type"), request, c.req.param("version") ?? "", c.req.header("authorization"));
  });

  app.post(`${base}/composite/sobjects/:type`, async (c) => {
    const body = readBody(await c.req.text());
    if (!body.ok) return refusalResponse(body.refusal);
    return retrieve(c.req.param("type"), body.value, c.req.param("version") ?? "", c.req.header("authorization"));
  });

  const write = (text: string, authorization: string | undefined, one: Writer): Response => {
    const body = readBody(text);
    const request = Records.safeParse(body.ok ? body.value : null);
    if (!request.success) return refusalResponse(badRequest("JSON_PARSER_ERROR", z.prettifyError(request.error)));
    const store = undoableStore(deps.store);
    const org = orgOver({ ...deps, store }, sessions(deps).use(bearer(authorization)) ?? "");
    const outcomes = request.data.records.map(({ attributes, ...fields }) => one(org, attributes.type, fields));
    const undone = request.data.allOrNone && outcomes.some((outcome) => !outcome.ok);
    if (undone) store.undo();
    return Response.json(
      outcomes.map((outcome) =>
        outcome.ok
          ? undone
            ? refusedRecord(ROLLED_BACK)
            : { ...outcome.value, success: true, errors: [] }
          : refusedRecord(outcome.refusal),
      ),
    );
  };

  app.post(`${base}/composite/sobjects`, async (c) =>
    write(await c.req.text(), c.req.header("authorization"), (org, typeName, fields) => {
      const type = sobjectType(typeName);
      if (type === undefined)
        return refused(badRequest("INVALID_TYPE", `sObject type '${typeName}' is not supported.`));
      return written(org.create(type, fields));
    }),
  );

  app.patch(`${base}/composite/sobjects`, async (c) =>
    write(await c.req.text(), c.req.header("authorization"), (org, typeName, { Id, id = Id, ...fields }) => {
      const type = sobjectType(typeName);
      const full = typeof id === "string" ? id18(id) : null;
      if (type === undefined || full === null) return refused(badRequest("MALFORMED_ID", `malformed id ${String(id)}`));
      return written(org.update(type, full, fields));
    }),
  );

  app.patch(`${base}/composite/sobjects/:type/:field`, async (c) =>
    write(await c.req.text(), c.req.header("authorization"), (org, typeName, fields) => {
      const field = c.req.param("field");
      const { [field]: value, ...rest } = fields;
      if (typeof value !== "string" || value === "")
        return refused(badRequest("MISSING_ARGUMENT", `${field} not specified`));
      return upsert(org, typeName, field, value, rest);
    }),
  );

  app.delete(`${base}/composite/sobjects`, (c) => {
    const org = orgOf(c.req.header("authorization"));
    const ids = (c.req.query("ids") ?? "").split(",").slice(0, MAX_RECORDS);
    return Response.json(
      ids.map((text) => {
        const id = id18(text);
        const type = SOBJECT_TYPES.find((known) => DESCRIPTIONS[known].prefix === text.slice(0, 3));
        if (id === null || type === undefined)
          return refusedRecord(badRequest("MALFORMED_ID", `malformed id ${text}`, []));
        const removed = org.remove(type, id);
        return removed.ok ? { id, success: true, errors: [] } : refusedRecord(removed.refusal);
      }),
    );
  });
}

type Writer = (org: ReturnType<OrgOf>, type: string, fields: Readonly<Record<string, unknown>>) => Outcome<Written>;

const ROLLED_BACK = badRequest(
  "ALL_OR_NONE_OPERATION_ROLLED_BACK",
  "Record rolled back because not all records were valid and the request was using AllOrNone header",
);

function written(outcome: Outcome<{ id: string }>): Outcome<Written> {
  return outcome.ok ? { ok: true, value: { id: outcome.value.id } } : outcome;
}

function refusedRecord({ errorCode, message, fields = [] }: Refusal) {
  return { success: false, errors: [{ statusCode: errorCode, message, fields }] };
}
