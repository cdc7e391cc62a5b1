// The write key of a beacon request: `?k=` in the address, else `writeKey` in the body (sendBeacon can set no header).
import { parseJson } from "../json.ts";
import type { HookRequest } from "../source.ts";

/** Null when there is none, or the body is not JSON. */
export function writeKeyOf({ url, body }: HookRequest): string | null {
  const inAddress = new URL(url).searchParams.get("k");
  if (inAddress) return inAddress;
  const parsed = parseJson(new TextDecoder().decode(body));
  if (!parsed.ok || typeof parsed.value !== "object" || parsed.value === null) return null;
  return "writeKey" in parsed.value && typeof parsed.value.writeKey === "string" ? parsed.value.writeKey : null;
}
