// The beacon's door, POST /track, as browsers need it: the preflight, and the headers by which a page may read the
// answer (the Fetch Standard, "CORS protocol"). Rule: only an allowed origin is named, and never `*`; whether an event
// is taken is not decided here but by the source.
import type { Given } from "./settings.ts";
import { isAllowed, originsOf } from "./sources/track/origins.ts";

export const TRACK_PATH = "/track";
const PREFLIGHT_SECONDS = "86400";

/** Answers a preflight itself, anything else with what `deliver` answers. */
export async function track(request: Request, settings: Given, deliver: () => Promise<Response>): Promise<Response> {
  const preflight = request.method === "OPTIONS";
  const response = preflight ? new Response(null, { status: 204 }) : await deliver();
  response.headers.append("vary", "Origin");
  const allowed = originsOf(String(settings.TRACK_ORIGINS ?? ""));
  if (!allowed.ok || !isAllowed(request.headers, allowed.origins)) return response;
  response.headers.set("access-control-allow-origin", request.headers.get("origin") ?? "");
  // sendBeacon always sends with credentials; a browser refuses the preflight of its application/json without this.
  response.headers.set("access-control-allow-credentials", "true");
  if (preflight) {
    response.headers.set("access-control-allow-methods", "POST");
    response.headers.set("access-control-allow-headers", "content-type");
    response.headers.set("access-control-max-age", PREFLIGHT_SECONDS);
  }
  return response;
}
