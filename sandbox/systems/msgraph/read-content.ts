// Reads the message in a request as Graph does: no property that a message does not have, own headers start with x-,
// extended properties have an id of Exchange's form.
import * as z from "zod";
import { Content } from "./mailbox.ts";
import { refuse } from "./refusal.ts";

const MAX_HEADERS = 5;
const PROPERTY_ID = /^(String|Integer|Boolean|SystemTime) \{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\} Name \S+$/i;

/** The content, or the refusal. `json` is the parsed body, `undefined` when it was not JSON. */
export function readContent(json: unknown): Content | Response {
  const fields = z.record(z.string(), z.unknown()).safeParse(json);
  if (!fields.success) return refuse("RequestBodyRead", "The request body is not a JSON object.");
  const unknown = Object.keys(fields.data).find((name) => !Object.hasOwn(Content.shape, name) && !name.includes("@"));
  if (unknown !== undefined)
    return refuse(
      "RequestBodyRead",
      `The property '${unknown}' does not exist on type 'microsoft.graph.message'. Make sure to only use property names that are defined by the type.`,
    );
  const parsed = Content.safeParse(fields.data);
  if (!parsed.success) return refuse("RequestBodyRead", z.prettifyError(parsed.error).replaceAll("\n", " "));
  const headers = parsed.data.internetMessageHeaders ?? [];
  const foreign = headers.find(({ name }) => !/^x-/i.test(name));
  if (foreign !== undefined)
    return refuse(
      "InvalidInternetMessageHeader",
      `The internet message header name '${foreign.name}' should start with 'x-' or 'X-'.`,
    );
  if (headers.length > MAX_HEADERS)
    return refuse(
      "InvalidInternetMessageHeaderCollection",
      `Maximum number of headers in one message should be less than or equal to ${MAX_HEADERS}.`,
    );
  const wrong = parsed.data.singleValueExtendedProperties?.find(({ id }) => !PROPERTY_ID.test(id));
  if (wrong !== undefined)
    return refuse("ErrorInvalidExtendedProperty", `The extended property id '${wrong.id}' is not valid.`);
  return parsed.data;
}
