// Reading HubSpot requests: the body as JSON of a known shape, and the checks that several endpoints share.
import * as z from "zod";
import { fits } from "./association-types.ts";
import { NAMING, type ObjectType, objectType } from "./object-types.ts";
import type { Crm, Link } from "./records.ts";
import { accepted, invalidInput, missingFields, type Outcome, type Refusal, refused } from "./refusal.ts";

export const MAX_BATCH = 100;

/** A property value of a write: JSON numbers and booleans are taken as text, null is not a value. */
const Value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
export const Properties = z.record(z.string(), Value);
export const RecordId = z.union([z.string().min(1), z.int()]).transform(String);
export const AssociationSpec = z.object({
  associationCategory: z.enum(["HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED", "WORK"]),
  associationTypeId: z.int(),
});
export type AssociationSpec = z.infer<typeof AssociationSpec>;

/** The body as `schema` wants it, or 400 that names what is missing or wrong. */
export function readBody<T>(text: string, schema: z.ZodType<T>): Outcome<T> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refused(invalidInput("the body is not JSON"));
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return accepted(parsed.data);
  const missing = parsed.error.issues.filter(
    (issue) => issue.code === "invalid_type" && issue.path.length === 1 && valueAt(body, issue.path[0]) === undefined,
  );
  if (missing.length > 0) return refused(missingFields(missing.map((issue) => String(issue.path[0]))));
  const [first] = parsed.error.issues;
  return refused(invalidInput(`${first?.message ?? "invalid"} at /${first?.path.join("/") ?? ""}`));
}

function valueAt(body: unknown, key: PropertyKey | undefined): unknown {
  return typeof body === "object" && body !== null && key !== undefined ? Reflect.get(body, key) : undefined;
}

/** The object type that a path names. */
export function typeOf(name: string): Outcome<ObjectType> {
  const type = objectType(name);
  if (type !== undefined) return accepted(type);
  return refused({
    status: 400,
    message: `Unable to infer object type from: ${name}`,
    category: "VALIDATION_ERROR",
  });
}

/** One comma-separated or repeated query parameter. */
export function listParameter(values: readonly string[] | undefined): string[] | null {
  if (values === undefined) return null;
  return values.flatMap((value) => value.split(",")).filter((name) => name !== "");
}

/** `hs_object_id` is not unique in this sense: it is the id itself, and a batch upsert refuses it too. */
export function notUnique(type: ObjectType, name: string): Refusal {
  return {
    status: 400,
    message: `Unable to perform read/update/upsert by non-unique ${NAMING[type].typeId} property ${name}`,
    category: "VALIDATION_ERROR",
  };
}

function invalidObjects(missing: readonly { type: ObjectType; id: string }[]): Refusal {
  const name = (type: ObjectType) => NAMING[type].singular.toUpperCase();
  return {
    status: 400,
    message: "One or more associations are invalid",
    category: "VALIDATION_ERROR",
    context: {
      INVALID_OBJECT_IDS: missing.map(({ type, id }) => `${name(type)}=${id} is not valid`),
      objectId: missing.map(({ id }) => id),
      objectType: missing.map(({ type }) => name(type)),
    },
  };
}

const alive = (crm: Crm, type: ObjectType, id: string) => crm.get(type, id)?.archived === false;

/** The links between two existing objects; 400 when a type id does not fit their types or one of them is not there. */
export function linksBetween(
  crm: Crm,
  from: { type: ObjectType; id: string },
  to: { type: ObjectType; id: string },
  specs: readonly AssociationSpec[],
): Outcome<Link[]> {
  const wrong = specs.find((spec) => !fits(spec.associationCategory, spec.associationTypeId, from.type, to.type));
  if (wrong)
    return refused({
      status: 400,
      message: `${wrong.associationCategory} association type id ${wrong.associationTypeId} doesn't exist between ${NAMING[from.type].typeId} and ${NAMING[to.type].typeId} object types`,
      category: "VALIDATION_ERROR",
    });
  if (specs.length === 0) return refused(missingFields(["types"]));
  const missing = [from, to].filter(({ type, id }) => !alive(crm, type, id));
  if (missing.length > 0) return refused(invalidObjects(missing));
  return accepted(specs.map((spec) => ({ toType: to.type, toId: to.id, typeId: spec.associationTypeId })));
}

/** The links of an object that is still to be created: the type id alone says what kind of object `to` is. */
export function linksFrom(
  crm: Crm,
  from: ObjectType,
  associations: readonly { to: { id: string }; types: readonly AssociationSpec[] }[],
  targetTypes: readonly ObjectType[],
): Outcome<Link[]> {
  const links: Link[] = [];
  for (const { to, types } of associations)
    for (const spec of types) {
      const toType = targetTypes.find((type) => fits(spec.associationCategory, spec.associationTypeId, from, type));
      if (toType === undefined)
        return refused({
          status: 400,
          message: `${spec.associationCategory} association type id ${spec.associationTypeId} is not valid from object type ${NAMING[from].typeId}`,
          category: "VALIDATION_ERROR",
        });
      if (!alive(crm, toType, to.id)) return refused(invalidObjects([{ type: toType, id: to.id }]));
      links.push({ toType, toId: to.id, typeId: spec.associationTypeId });
    }
  return accepted(links);
}
