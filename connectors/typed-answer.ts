// The last step of a typed client: the parsed JSON of an answer becomes the type that the API promises, or `malformed`.
import type * as z from "zod";
import type { CallResult } from "#runtime/http.ts";

/** `what` names the call for the reason, for example `Outreach: POST /sequenceStates`. */
export function typedAnswer<Schema extends z.ZodType>(
  result: CallResult<unknown>,
  answer: Schema,
  what: string,
): CallResult<z.infer<Schema>> {
  if (!result.ok) return result;
  const parsed = answer.safeParse(result.value);
  if (parsed.success) return { ...result, value: parsed.data };
  return { ok: false, failure: { kind: "malformed", reason: `${what}: the answer is not what the API promises` } };
}

/** The same result with another value. */
export function mapped<From, To>(result: CallResult<From>, map: (value: From) => To): CallResult<To> {
  return result.ok ? { ...result, value: map(result.value) } : result;
}
