// What a write to a Salesforce record is checked for: known and writable fields, their types, picklists, lengths and
// lookups. Rule: the first thing wrong refuses the whole write, as Salesforce does.
import { id18 } from "./record-id.ts";
import { accepted, badRequest, type Outcome, refused } from "./refusal.ts";
import { DESCRIPTIONS, type Field, fieldName, type SObjectType } from "./sobject-types.ts";

export type Value = string | number | boolean | null;
export type Fields = Record<string, Value>;

/** Whether a record of the object is there; deleted ones are not. */
type Exists = (type: SObjectType, id: string) => boolean;

/** The values as they are stored: proper field names, 18-character ids, instants in UTC. */
export function checkFields(
  type: SObjectType,
  input: Readonly<Record<string, unknown>>,
  mode: "create" | "update",
  exists: Exists,
): Outcome<Fields> {
  const { fields, required, readOnly } = DESCRIPTIONS[type];
  if (readOnly)
    return refused(
      badRequest("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", `entity type ${type} does not support ${mode}`, []),
    );
  const checked: Fields = {};
  const locked: string[] = [];
  for (const [given, value] of Object.entries(input)) {
    if (given === "attributes") continue;
    const name = fieldName(type, given);
    const field = name === undefined ? undefined : fields[name];
    if (name === undefined || field === undefined)
      return refused(badRequest("INVALID_FIELD", `No such column '${given}' on sobject of type ${type}`, []));
    if (field.readOnly) locked.push(name);
    const stored = storedValue(name, field, value, exists);
    if (!stored.ok) return stored;
    checked[name] = stored.value;
  }
  if (locked.length > 0)
    return refused(
      badRequest(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        `Unable to create/update fields: ${locked.join(", ")}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
        locked,
      ),
    );
  const missing = required.filter((name) =>
    mode === "create" ? (checked[name] ?? null) === null : checked[name] === null,
  );
  if (missing.length > 0)
    return refused(
      badRequest("REQUIRED_FIELD_MISSING", `Required fields are missing: [${missing.join(", ")}]`, missing),
    );
  return accepted(checked);
}

function storedValue(name: string, field: Field, value: unknown, exists: Exists): Outcome<Value> {
  if (value === null || value === "") return accepted(null);
  const unreadable = (kind: string) =>
    refused(
      badRequest(
        "JSON_PARSER_ERROR",
        `Cannot deserialize instance of ${kind} from ${JSON.stringify(value)} at ${name}`,
        [name],
      ),
    );
  if (field.kind === "boolean") return typeof value === "boolean" ? accepted(value) : unreadable("boolean");
  if (field.kind === "number") {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? accepted(number) : unreadable("double");
  }
  if (typeof value !== "string") return unreadable("string");
  if (field.kind === "date")
    return /^\d{4}-\d\d-\d\d$/.test(value) && Number.isFinite(Date.parse(value)) ? accepted(value) : unreadable("date");
  if (field.kind === "datetime") {
    const instant = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isFinite(instant) ? accepted(new Date(instant).toISOString()) : unreadable("datetime");
  }
  if (typeof field.kind === "object")
    return field.kind.options.includes(value)
      ? accepted(value)
      : refused(
          badRequest(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            `${name}: bad value for restricted picklist field: ${value}`,
            [name],
          ),
        );
  if (field.lookup !== undefined) return lookedUp(name, field.lookup, value, exists);
  const max = field.max ?? 255;
  if (value.length > max)
    return refused(badRequest("STRING_TOO_LONG", `${name}: data value too large: (max length=${max})`, [name]));
  return accepted(value);
}

function lookedUp(name: string, lookup: NonNullable<Field["lookup"]>, value: string, exists: Exists): Outcome<Value> {
  const id = id18(value);
  const target = lookup.to.find((type) => DESCRIPTIONS[type].prefix === id?.slice(0, 3));
  if (id === null || target === undefined)
    return refused(badRequest("MALFORMED_ID", `${lookup.as} ID: id value of incorrect type: ${value}`, [name]));
  if (exists(target, id)) return accepted(id);
  return refused(badRequest("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [name]));
}
