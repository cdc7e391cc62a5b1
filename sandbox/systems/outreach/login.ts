// Outreach's OAuth: a refresh token buys an access token for two hours and is used up by it (it rotates).
// Rule: one new token a minute; the configured access token always opens the API, so that a demo needs no login.
// Source: https://developers.outreach.io/api/oauth/
import type { Context } from "hono";
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { collection } from "../../store.ts";

const ACCESS_SECONDS = 7_200;
const REFRESH_SECONDS = 14 * 86_400;
const LIMIT = { max: 1, windowMs: 60_000 };

const Grant = z.object({
  kind: z.enum(["access", "refresh"]),
  /** Epoch milliseconds; 0 for a refresh token that was used. */
  expires_at: z.number(),
});

/** Kept under `outreach-login`, which no page or state shows. */
const grants = ({ store }: Pick<Deps, "store">) => collection(store, "outreach-login", "tokens", Grant);

export function opens(deps: Deps, token: string | undefined): boolean {
  if (token === undefined) return false;
  if (token === deps.secrets.outreachAccessToken) return true;
  const grant = grants(deps).get(token);
  return grant?.kind === "access" && grant.expires_at > deps.clock();
}

/** `POST /oauth/token` with `grant_type=refresh_token`. */
export async function outreachToken(c: Context, deps: Deps): Promise<Response> {
  const refuse = (status: number, error: string, text: string) =>
    Response.json({ error, error_description: text }, { status });
  const form = new URLSearchParams(await c.req.text());
  const { outreachClientId, outreachClientSecret, outreachRefreshToken } = deps.secrets;
  if (form.get("client_id") !== outreachClientId || form.get("client_secret") !== outreachClientSecret)
    return refuse(401, "invalid_client", "Client authentication failed.");
  if (form.get("grant_type") !== "refresh_token")
    return refuse(400, "unsupported_grant_type", "The authorization grant type is not supported.");
  const sent = form.get("refresh_token") ?? "";
  const grant = grants(deps).get(sent);
  const isFirst = sent === outreachRefreshToken && grant === undefined;
  if (!isFirst && (grant?.kind !== "refresh" || grant.expires_at <= deps.clock()))
    return refuse(400, "invalid_grant", "The refresh token is invalid, expired or was used before.");
  const { allowed, retryAfterSeconds } = deps.limiter.admit("outreach tokens", LIMIT, deps.clock());
  if (!allowed)
    return Response.json(
      { error: "rate_limited", error_description: "One token in 60 seconds." },
      { status: 429, headers: { "retry-after": String(retryAfterSeconds) } },
    );
  grants(deps).put(sent, { kind: "refresh", expires_at: 0 });
  const [access, refresh] = [`local-outreach-${deps.newId()}`, `local-outreach-refresh-${deps.newId()}`];
  grants(deps).put(access, { kind: "access", expires_at: deps.clock() + ACCESS_SECONDS * 1_000 });
  grants(deps).put(refresh, { kind: "refresh", expires_at: deps.clock() + REFRESH_SECONDS * 1_000 });
  return Response.json({
    access_token: access,
    refresh_token: refresh,
    token_type: "Bearer",
    expires_in: ACCESS_SECONDS,
    created_at: Math.floor(deps.clock() / 1_000),
  });
}
