// Access tokens of systems whose refresh tokens are used up by every login (Outreach's also expire after 14 days), so the
// newest is kept, sealed, by the Upstream object; the secret in the configuration is only the first of them. Rules: nobody
// logs in with a token that may be used up; a new secret from a person ends whatever was kept.
// https://developers.outreach.io/api/oauth/
// https://developers.salesloft.com/docs/platform/api-basics/oauth-authentication/
import * as z from "zod";
import { type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import type { Token } from "#runtime/upstream-token.ts";
import { type AccessToken, createAccessToken, type TokenCache, type TokenPorts } from "./access-token.ts";
import { seal, unseal } from "./sealed.ts";
import { typedAnswer } from "./typed-answer.ts";

export type RotatingLogin = {
  /** Its name in the variables, and of its Upstream object. */
  system: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  refreshToken: string;
};

const TIMEOUT_MS = 5_000;
const TokenAnswer = z.object({
  access_token: z.string().min(1),
  /** Absent where the one that was sent stays good. */
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive(),
});

export function rotatingAccessToken(login: RotatingLogin, cache: TokenCache, ports: TokenPorts): AccessToken {
  const secret = `${login.clientSecret}\n${login.refreshToken}`;
  const logIn = async (renewal: string | null | undefined): Promise<CallResult<Token>> => {
    if (renewal === undefined) return unreachable(login);
    const kept = renewal === null ? null : await unseal(renewal, secret);
    let sent = kept ?? login.refreshToken;
    let result = await refresh(login, sent, ports);
    // Refused: a person may have authorized the app anew and put the same secret.
    if (kept !== null && !result.ok && result.failure.kind === "rejected") {
      sent = login.refreshToken;
      result = await refresh(login, sent, ports);
    }
    if (!result.ok) return result;
    const { access_token: token, refresh_token, expires_in } = result.value;
    const expiresAtMs = ports.now() + expires_in * 1_000;
    return { ...result, value: { token, expiresAtMs, renewal: await seal(refresh_token ?? sent, secret) } };
  };
  return createAccessToken({ system: login.system, account: login.system }, logIn, cache, ports);
}

async function refresh(
  { system, tokenUrl, clientId, clientSecret }: RotatingLogin,
  refreshToken: string,
  ports: HttpPorts,
): Promise<CallResult<z.infer<typeof TokenAnswer>>> {
  const body = new URLSearchParams({
    grant_type: "refresh_token",
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  });
  const call = { method: "POST", url: tokenUrl, body, timeoutMs: TIMEOUT_MS } as const;
  return typedAnswer(await callJson(call, ports), TokenAnswer, `the login of ${system}`);
}

/** Whether the configured token was used up is known to the Upstream object alone. */
function unreachable({ system }: RotatingLogin): CallResult<Token> {
  const reason = `the Upstream object that keeps the refresh token of ${system} can't be reached`;
  return {
    ok: false,
    failure: { kind: "unavailable", status: 503, retryAfterSeconds: null, reason, effectUnknown: false },
  };
}
