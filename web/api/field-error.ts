// What is wrong with one field of a request. Rule: it points into what the caller sent, so that a form can show it there.
import type * as z from "zod";

/** `pointer` is a JSON pointer into the body, or `/name` of a query parameter. */
export type FieldError = { pointer: string; detail: string };

/** Each issue with its JSON pointer. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.map(({ path, message }) => ({ pointer: `/${path.map(String).join("/")}`, detail: message }));
}
