// Access tokens of Outreach. Its refresh tokens are used up by every login and expire after 14 days, so the newest is
// kept, sealed, by the Upstream object; the secret in the configuration is only the first of them. Rules: nobody logs
// in with a token that may be used up; a new secret from a person ends whatever was kept.
// https://developers.outreach.io/api/oauth/
import * as z from "zod";
import { type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import type { Token } from "#runtime/upstream-token.ts";
import { type AccessToken, createAccessToken, type TokenCache, type TokenPorts } from "./access-token.ts";
import { seal, unseal } from "./sealed.ts";
import { typedAnswer } from "./typed-answer.ts";

export type OutreachLogin = { apiUrl: string; clientId: string; clientSecret: string; refreshToken: string };

const TIMEOUT_MS = 5_000;
const TokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
});

export function outreachAccessToken(login: OutreachLogin, cache: TokenCache, ports: TokenPorts): AccessToken {
  const secret = `${login.clientSecret}\n${login.refreshToken}`;
  const logIn = async (renewal: string | null | undefined): Promise<CallResult<Token>> => {
    if (renewal === undefined) return unreachable();
    const kept = renewal === null ? null : await unseal(renewal, secret);
    let result = await refresh(login, kept ?? login.refreshToken, ports);
    // Refused: a person may have authorized the app anew and put the same secret.
    if (kept !== null && !result.ok && result.failure.kind === "rejected") {
      result = await refresh(login, login.refreshToken, ports);
    }
    if (!result.ok) return result;
    const { access_token: token, refresh_token, expires_in } = result.value;
    const expiresAtMs = ports.now() + expires_in * 1_000;
    return { ...result, value: { token, expiresAtMs, renewal: await seal(refresh_token, secret) } };
  };
  return createAccessToken({ system: "outreach", account: "outreach" }, logIn, cache, ports);
}

async function refresh(
  { apiUrl, clientId, clientSecret }: OutreachLogin,
  refreshToken: string,
  ports: HttpPorts,
): Promise<CallResult<z.infer<typeof TokenAnswer>>> {
  const body = new URLSearchParams({
    grant_type: "refresh_token",
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  });
  const call = { method: "POST", url: `${apiUrl}/oauth/token`, body, timeoutMs: TIMEOUT_MS } as const;
  return typedAnswer(await callJson(call, ports), TokenAnswer, "Outreach login");
}

/** Whether the configured token was used up is known to the Upstream object alone. */
function unreachable(): CallResult<Token> {
  const reason = "the Upstream object that keeps Outreach's refresh token can't be reached";
  return {
    ok: false,
    failure: { kind: "unavailable", status: 503, retryAfterSeconds: null, reason, effectUnknown: false },
  };
}
