// A field of a form. Rule: one that is missing, or is a file, is an empty text.

export function textOf(field: unknown): string {
  return typeof field === "string" ? field : "";
}
