// Access tokens for one rep's mailbox, by domain-wide delegation: a JWT signed with the service account's key, `sub` is
// the mailbox (https://developers.google.com/identity/protocols/oauth2/service-account#httprest). Rule: a token opens its
// mailbox only and is kept under its address.
import { importPKCS8, SignJWT } from "jose";
import * as z from "zod";
import { type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import type { Token } from "#runtime/upstream-token.ts";
import { type AccessToken, createAccessToken, type TokenCache, type TokenPorts } from "./access-token.ts";

/** Drafts are written with `compose`; `messages.list` and `messages.get` do not take it, so looking needs `readonly`. */
const GMAIL_SCOPES = [
  "https://www.googleapis.com/auth/gmail.compose",
  "https://www.googleapis.com/auth/gmail.readonly",
] as const;

export type ServiceAccount = { clientEmail: string; tokenUri: string; key: CryptoKey };

const LIFETIME_SECONDS = 3_600;
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

/** Tokens for `mailbox`. */
export function googleAccessToken(
  account: ServiceAccount,
  mailbox: string,
  cache: TokenCache,
  ports: TokenPorts,
): AccessToken {
  const login = () => logIn(account, mailbox, ports);
  return createAccessToken({ system: "gmail", account: mailbox }, login, cache, ports);
}

async function logIn(account: ServiceAccount, mailbox: string, ports: HttpPorts): Promise<CallResult<Token>> {
  const body = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: await signAssertion(account, mailbox, ports.now()),
  });
  const result = await callJson({ method: "POST", url: account.tokenUri, body, timeoutMs: TIMEOUT_MS }, ports);
  if (!result.ok) return result;
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
