// Verifies Segment's X-Signature: hex HMAC-SHA1 of the event as its sender serialised it. Rule: the bytes as they came
// count first; what a proxy reformatted is serialised again, as the sender did. It signs no time, so an old request can
// be sent again; it is the same signals again, which is harmless.
import { concatBytes, equalBytes, fromHex } from "../../signing/bytes.ts";
import { hmac } from "../../signing/hmac.ts";
import { verifyToken } from "../../signing/token.ts";
import type { HookRequest, Verification } from "../source.ts";

/** Of a batch the signature covers the first event; the rest counts only with one of `tokens` as a bearer. */
export async function verifySignature(request: HookRequest, secret: string, tokens: string): Promise<Verification> {
  const given = fromHex(request.headers.get("x-signature") ?? "");
  if (given === null || given.byteLength === 0) {
    return { kind: "refused", code: "missing_signature", reason: "expected X-Signature with hex digits" };
  }
  const signs = async (signed: string | Uint8Array) =>
    equalBytes(given, await hmac("SHA-1", secret, concatBytes(secret), concatBytes(signed)));
  if (await signs(request.body)) return { kind: "ok" };

  const [first, ...others] = serialisedEvents(request.body);
  if (first === undefined || !(await signs(first))) {
    const reason = "X-Signature does not match; compare SEGMENT_SHARED_SECRET with the destination's Shared Secret";
    return { kind: "refused", code: "bad_signature", reason };
  }
  if (others.length === 0 || (await verifyToken(request, "segment", tokens)).kind === "ok") return { kind: "ok" };
  const reason =
    "X-Signature covers only the first event of a batch; send single events, or one of INGEST_TOKENS as Authorization: Bearer";
  return { kind: "refused", code: "missing_signature", reason };
}

/** The events of the body, each as JavaScript serialises it; none when it is no JSON or nested too deep to be written. */
function serialisedEvents(body: Uint8Array): string[] {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return (Array.isArray(value) ? value : [value]).map((event) => JSON.stringify(event));
  } catch {
    return [];
  }
}
