// Access tokens for one rep's mailbox, by domain-wide delegation: a JWT signed with the service account's key, `sub` is
// the mailbox (https://developers.google.com/identity/protocols/oauth2/service-account#httprest). Rule: a token is kept
// for its mailbox only, and until shortly before it expires.
import { importPKCS8, SignJWT } from "jose";
import * as z from "zod";
import { type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import type { ShareToken, Token } from "#runtime/upstream-token.ts";

/** Drafts are written with `compose`; `messages.list` and `messages.get` do not take it, so looking needs `readonly`. */
const GMAIL_SCOPES = [
  "https://www.googleapis.com/auth/gmail.compose",
  "https://www.googleapis.com/auth/gmail.readonly",
] as const;

export type ServiceAccount = { clientEmail: string; tokenUri: string; key: CryptoKey };

/** Tokens by mailbox; one for each isolate, made by worker.ts. */
export type TokenCache = Map<string, Token>;

/** Answers an access token; `renew` skips the cache because the upstream refused the kept one. */
export type AccessToken = (renew: boolean) => Promise<CallResult<string>>;

const LIFETIME_SECONDS = 3_600;
const RENEW_BEFORE_MS = 60_000;
const TIMEOUT_MS = 5_000;

const KeyFile = z.object({ client_email: z.email(), private_key: z.string().min(1), token_uri: z.url() });
const TokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** Reads the JSON key file of a service account. The reason never quotes the file, it holds a private key. */
export async function readServiceAccount(
  text: string,
): Promise<{ ok: true; account: ServiceAccount } | { ok: false; reason: string }> {
  try {
    const file = KeyFile.safeParse(JSON.parse(text));
    if (!file.success) return { ok: false, reason: "it needs client_email, private_key and token_uri" };
    const key = await importPKCS8(file.data.private_key, "RS256");
    return { ok: true, account: { clientEmail: file.data.client_email, tokenUri: file.data.token_uri, key } };
  } catch (error) {
    const reason = error instanceof SyntaxError ? "it is not JSON" : "private_key is not a PKCS #8 PEM key";
    return { ok: false, reason: `${reason}; paste the whole key file of the service account` };
  }
}

/**
 * Tokens for `mailbox`. A login that fails did nothing to the mailbox, so no failure of it leaves an effect unknown.
 * With `shareToken` one login serves all isolates.
 */
export function createAccessToken(
  account: ServiceAccount,
  mailbox: string,
  cache: TokenCache,
  ports: HttpPorts & { shareToken?: ShareToken | undefined },
): AccessToken {
  return async (renew) => {
    const kept = cache.get(mailbox);
    if (!renew && kept !== undefined && kept.expiresAtMs - RENEW_BEFORE_MS > ports.now())
      return tokenResult(kept.token);
    const login = () => logIn(account, mailbox, ports);
    const refused = renew ? (kept?.token ?? null) : null;
    const result = await (ports.shareToken?.("gmail", mailbox, refused, login) ?? login());
    if (!result.ok) return result;
    cache.set(mailbox, result.value);
    return tokenResult(result.value.token);
  };
}

async function logIn(account: ServiceAccount, mailbox: string, ports: HttpPorts): Promise<CallResult<Token>> {
  const body = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: await signAssertion(account, mailbox, ports.now()),
  });
  const result = await callJson({ method: "POST", url: account.tokenUri, body, timeoutMs: TIMEOUT_MS }, ports);
  if (!result.ok) return { ok: false, failure: loginFailure(result.failure, mailbox) };
  const answer = TokenAnswer.safeParse(result.value);
  if (!answer.success) return { ok: false, failure: { kind: "malformed", reason: "the token answer has no token" } };
  const { access_token: token, expires_in: seconds } = answer.data;
  return { ...result, value: { token, expiresAtMs: ports.now() + seconds * 1000 } };
}

function signAssertion(account: ServiceAccount, mailbox: string, nowMs: number): Promise<string> {
  const issuedAt = Math.floor(nowMs / 1000);
  return new SignJWT({ scope: GMAIL_SCOPES.join(" ") })
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .setIssuer(account.clientEmail)
    .setSubject(mailbox)
    .setAudience(account.tokenUri)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(account.key);
}

type Failure = Extract<CallResult<unknown>, { ok: false }>["failure"];

/** Google refuses a login with 400 invalid_grant or 401 unauthorized_client: both are for a person to mend. */
function loginFailure(failure: Failure, mailbox: string): Failure {
  const reason = `no login for ${mailbox}: ${failure.reason}`;
  if (failure.kind === "unavailable" && failure.deferred) return { ...failure, reason };
  if (failure.kind === "no_answer" || failure.kind === "unavailable" || failure.kind === "malformed") {
    const retryAfterSeconds = failure.kind === "unavailable" ? failure.retryAfterSeconds : null;
    return { kind: "unavailable", status: 503, retryAfterSeconds, reason, effectUnknown: false };
  }
  return { kind: "credentials", status: 403, reason };
}

function tokenResult(token: string): CallResult<string> {
  return { ok: true, value: token, status: 200, headers: new Headers() };
}
