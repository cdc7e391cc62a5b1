// A value that fits a JSON schema: how the stand-in answers whatever structure it is asked for, the same every time.
// Rule: where a schema leaves a choice, a task is chosen, else the first; texts come from `write`, so what the answer
// says is decided in one place.
import * as z from "zod";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** `name` is the property that the text is for. */
export type Write = (name: string) => string;

const Schema = z.looseObject({
  $ref: z.string().optional(),
  $defs: z.record(z.string(), z.unknown()).optional(),
  const: z.json().optional(),
  enum: z.array(z.json()).optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  minItems: z.number().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maxLength: z.number().optional(),
});

/** The value; `name` is the property it is for. */
export function fromSchema(schema: unknown, write: Write, name = "", root: unknown = schema): Json {
  const parsed = Schema.safeParse(schema);
  if (!parsed.success) return null;
  const one = parsed.data;
  if (one.$ref !== undefined) {
    const definition = one.$ref.replace(/^#\/(\$defs|definitions)\//, "");
    return fromSchema(Schema.safeParse(root).data?.$defs?.[definition], write, name, root);
  }
  if (one.const !== undefined) return one.const;
  const variants = one.anyOf ?? one.oneOf;
  if (variants !== undefined) {
    const task = variants.find((variant) => JSON.stringify(variant).includes('"create_task"'));
    return fromSchema(task ?? variants[0], write, name, root);
  }
  if (one.enum !== undefined) return one.enum.includes("create_task") ? "create_task" : (one.enum[0] ?? null);
  switch (Array.isArray(one.type) ? one.type[0] : one.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(one.properties ?? {}).map(([key, inner]) => [key, fromSchema(inner, write, key, root)]),
      );
    case "array":
      return Array.from({ length: Math.max(1, one.minItems ?? 1) }, () => fromSchema(one.items, write, name, root));
    case "string":
      return write(name).slice(0, one.maxLength);
    case "integer":
    case "number":
      return Math.max(1, one.minimum ?? 1, Math.floor((one.exclusiveMinimum ?? 0) + 1));
    case "boolean":
      return true;
    default:
      return null;
  }
}

/** The same value with each member `change` knows replaced; it answers undefined to keep one. */
export function rewrite(value: Json, change: (name: string, value: Json) => Json | undefined): Json {
  if (Array.isArray(value)) return value.map((one) => rewrite(one, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, change(name, inner) ?? rewrite(inner, change)]),
  );
}
