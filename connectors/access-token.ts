// An access token of any system with a login: kept per isolate, shared by all isolates, renewed once when the system
// refuses it. Rule: a token is kept until shortly before it expires; a login has no effect outside, so no failure of
// one leaves an effect unknown.
import type { CallFailure, CallResult, HttpPorts } from "#runtime/http.ts";
import type { Login, ShareToken, Token } from "#runtime/upstream-token.ts";

/** Tokens by account: a mailbox, or the system where an app logs in as itself. One for each isolate. */
export type TokenCache = Map<string, Token>;

/** Answers an access token; `renew` skips the cache because the upstream refused the kept one. */
export type AccessToken = (renew: boolean) => Promise<CallResult<string>>;

/** With `shareToken` one login serves all isolates. */
export type TokenPorts = HttpPorts & { shareToken?: ShareToken | undefined };

const RENEW_BEFORE_MS = 60_000;

export function createAccessToken(
  { system, account }: { system: string; account: string },
  login: Login,
  cache: TokenCache,
  { now, shareToken }: TokenPorts,
): AccessToken {
  return async (renew) => {
    const kept = cache.get(account);
    if (!renew && kept !== undefined && kept.expiresAtMs - RENEW_BEFORE_MS > now()) return tokenResult(kept.token);
    const refused = renew ? (kept?.token ?? null) : null;
    const result = await (shareToken?.(system, account, refused, login) ?? login(null));
    if (!result.ok) return { ok: false, failure: loginFailure(result.failure, account) };
    cache.set(account, result.value);
    return tokenResult(result.value.token);
  };
}

/** Makes a call with a token and, when the system answers 401, once more with a new one. */
export async function withToken(
  accessToken: AccessToken,
  call: (headers: { authorization: string }) => Promise<CallResult<unknown>>,
): Promise<CallResult<unknown>> {
  const attempt = async (renew: boolean) => {
    const token = await accessToken(renew);
    return token.ok ? call({ authorization: `Bearer ${token.value}` }) : token;
  };
  const result = await attempt(false);
  const refused = !result.ok && result.failure.kind === "credentials" && result.failure.status === 401;
  return refused ? attempt(true) : result;
}

/** A refused login is for a person to mend, whatever its status: `invalid_grant` and its like come as 400. */
function loginFailure(failure: CallFailure, account: string): CallFailure {
  const reason = `no login for ${account}: ${failure.reason}`;
  switch (failure.kind) {
    case "no_answer":
    case "malformed":
      return { kind: "unavailable", status: 503, retryAfterSeconds: null, reason, effectUnknown: false };
    case "unavailable":
      return { ...failure, status: failure.deferred ? failure.status : 503, reason, effectUnknown: false };
    default:
      // 403, because a 401 would be taken for a token that has expired.
      return { kind: "credentials", status: 403, reason };
  }
}

function tokenResult(token: string): CallResult<string> {
  return { ok: true, value: token, status: 200, headers: new Headers() };
}
