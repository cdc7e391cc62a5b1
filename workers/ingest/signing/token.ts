// Tokens of senders that can't sign: a bearer token, or the last part of the path where they can set no header.
// Rule: hashes are compared, not texts, so that the time tells nothing, not even the length.
import { sha256 } from "#runtime/digest.ts";
import type { HookRequest, Verification } from "../sources/source.ts";
import { equalBytes } from "./bytes.ts";

/**
 * Whether the request carries one of `tokens`: separated by spaces or commas, each for every source or, written
 * `source:token`, for that source alone. `Authorization: Bearer …` comes first, then `/hooks/{source}/{token}`.
 */
export async function verifyToken(request: HookRequest, source: string, tokens: string): Promise<Verification> {
  const given = tokenOf(request);
  if (given === null) {
    const reason = "expected Authorization: Bearer with one of the tokens in INGEST_TOKENS";
    return { kind: "refused", code: "missing_signature", reason };
  }
  const digest = await sha256(given);
  for (const token of tokensFor(source, tokens)) {
    if (equalBytes(await sha256(token), digest)) return { kind: "ok" };
  }
  return { kind: "refused", code: "bad_signature", reason: "the token is not one of INGEST_TOKENS" };
}

function tokenOf({ headers, url }: HookRequest): string | null {
  const bearer = /^bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  return bearer ?? /^\/hooks\/[^/]+\/([^/]+)\/?$/.exec(new URL(url).pathname)?.[1] ?? null;
}

function tokensFor(source: string, tokens: string): string[] {
  return tokens.split(/[\s,]+/).flatMap((entry) => {
    const [, owner, token] = /^(?:([a-z][a-z0-9_-]*):)?(.+)$/.exec(entry) ?? [];
    return token === undefined || (owner !== undefined && owner !== source) ? [] : [token];
  });
}
