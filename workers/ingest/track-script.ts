// GET /track.js: the beacon's script for the team's own website. Rule: what is served is track.client.js and nothing
// else, made small; browsers keep it for a day, because its address never changes, and then ask by its ETag.
import { sha256Hex } from "#runtime/digest.ts";

const DAY_SECONDS = 86_400;

/**
 * Drops comments, line breaks and spaces around punctuation, and joins declarations. Right for that file (whose test
 * runs the result), not for any other: it knows neither strings nor expressions.
 */
export function squeeze(script: string): string {
  return script
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/\n\s*/g, "")
    .replace(/ *([^\w.]) */g, "$1")
    .replace(/[;,]\}/g, "}")
    .replaceAll(";const ", ",");
}

/** 200 with the script, or 304 when the browser has it. Any website may load it. */
export async function trackScript(request: Request, script: string): Promise<Response> {
  const squeezed = squeeze(script);
  const etag = `"${(await sha256Hex(squeezed)).slice(0, 16)}"`;
  const headers = {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": `public, max-age=${DAY_SECONDS}`,
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
    etag,
  };
  // Caches on the way may weaken a tag (W/"…"); it still names the same text.
  if (request.headers.get("if-none-match")?.includes(etag)) return new Response(null, { status: 304, headers });
  return new Response(request.method === "HEAD" ? null : squeezed, { headers });
}
