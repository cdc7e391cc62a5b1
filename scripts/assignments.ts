// `--set key=value`: changes one field of a sample before it is sent. Rule: what the sample has as text stays text, for
// a vendor that sends "5000" never sends 5000; elsewhere the value is JSON if it reads as JSON.

export type Assignment = { path: readonly string[]; value: string };

/** From `objectId=1` or `data.deal_id=hubspot:1`; null when there is no key or no `=`. */
export function parseAssignment(text: string): Assignment | null {
  const [key = "", ...rest] = text.split("=");
  const path = key.split(".");
  return rest.length === 0 || path.includes("") ? null : { path, value: rest.join("=") };
}

/** A copy of `target` with the field set; objects on the way that are missing are made. */
export function assign(target: unknown, { path, value }: Assignment): unknown {
  const [key, ...deeper] = path;
  if (key === undefined) return typeof target === "string" ? value : jsonOrText(value);
  const object: Readonly<Record<string, unknown>> = isObject(target) ? target : {};
  const before = Object.hasOwn(object, key) ? object[key] : undefined;
  return { ...object, [key]: assign(before, { path: deeper, value }) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
