// The beacon of the team's own website: what track.client.js sends, or a few lines of the site's own. Rule: its write
// key is public (it stands in the page), so it says which site sends and proves nothing; only allowed origins are
// heard, the core limits each key, weights.ts gives it little confidence, and it can't name records of a CRM.
import { parseJson } from "./json.ts";
import type { Source } from "./source.ts";
import { readMessage } from "./track/message.ts";
import { isAllowed, originsOf } from "./track/origins.ts";
import { writeKeyOf } from "./track/write-key.ts";

/** What browsers queue at most for sendBeacon (https://w3c.github.io/beacon/, by the limit of keepalive fetches). */
const MAX_BODY_BYTES = 65_536;

export const track: Source<"TRACK_WRITE_KEYS" | "TRACK_ORIGINS"> = {
  name: "track",
  path: "/track",
  lane: "signals-bulk",
  maxBodyBytes: MAX_BODY_BYTES,
  keepRaw: false,
  settings: ["TRACK_WRITE_KEYS", "TRACK_ORIGINS"],
  async verify(request, { TRACK_WRITE_KEYS, TRACK_ORIGINS }) {
    const origins = originsOf(TRACK_ORIGINS);
    if (!origins.ok) return { kind: "not_configured", reason: origins.reason };
    if (!isAllowed(request.headers, origins.origins)) {
      const reason = "this page's origin is not one of TRACK_ORIGINS";
      return { kind: "refused", code: "wrong_origin", reason };
    }
    const key = writeKeyOf(request);
    if (key !== null && TRACK_WRITE_KEYS.split(/[\s,]+/).includes(key)) return { kind: "ok" };
    const reason = "expected one of TRACK_WRITE_KEYS as writeKey in the body, or as ?k= in the address";
    return { kind: "refused", code: "unknown_key", reason };
  },
  /** Of a key that `verify` knows. */
  limitKey: (request) => writeKeyOf(request) ?? "",
  normalize(body, { receivedAt }) {
    const parsed = parseJson(body);
    if (!parsed.ok) return { ok: false, errors: [{ pointer: "", detail: parsed.detail }] };
    return readMessage(parsed.value, receivedAt);
  },
  /** sendBeacon reads no answer. */
  reply: () => new Response(null, { status: 204, headers: { "cache-control": "no-store" } }),
};
