// Logs in to Salesforce without a person: a JWT signed with the key whose certificate the External Client App knows
// (https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm). Rules: one login for all of a batch that
// ask at the same time, and with `shareToken` for all isolates; a session is kept until Salesforce refuses it, or an hour;
// the private key is never quoted.
import * as z from "zod";
import { type CallFailure, type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import type { Token } from "#runtime/upstream-token.ts";
import type { TokenPorts } from "./access-token.ts";

export type SalesforceLogin = {
  /** `https://login.salesforce.com`, `https://test.salesforce.com` or the org's My Domain; also the JWT's audience. */
  loginUrl: string;
  /** The consumer key of the External Client App. */
  clientId: string;
  /** The integration user. */
  username: string;
  /** PKCS #8 PEM; line breaks may be written as `\n`. */
  privateKey: string;
};

type SalesforceSession = { accessToken: string; instanceUrl: string };

/** Sessions by user; one for each isolate. It holds no promises: workerd does not share those between invocations. */
export type SessionCache = Map<string, { session: SalesforceSession; untilMs: number }>;

/** `refused` is the access token that Salesforce just refused: it is not answered again. */
export type Sessions = (refused?: string) => Promise<CallResult<SalesforceSession>>;

/** Salesforce takes assertions that expire within three minutes. */
const ASSERTION_SECONDS = 120;
/** The shortest session that an org can set is 15 minutes, the usual one two hours; an expired one costs a 401. */
const KEPT_MS = 3_600_000;
const TIMEOUT_MS = 5_000;

const TokenAnswer = z.object({ access_token: z.string().min(1), instance_url: z.url() });
const encoder = new TextEncoder();

/** Made for one batch. */
export function createSessions(login: SalesforceLogin, cache: SessionCache, ports: TokenPorts): Sessions {
  const key = `${login.loginUrl} ${login.clientId} ${login.username}`;
  let loggingIn: Promise<CallResult<SalesforceSession>> | null = null;
  const logInAndKeep = async (refused: SalesforceSession | null) => {
    const answer = await sharedLogIn(login, key, refused, ports);
    if (answer.ok) cache.set(key, { session: answer.value, untilMs: ports.now() + KEPT_MS });
    else cache.delete(key);
    loggingIn = null;
    return answer;
  };
  return async (refused) => {
    const kept = cache.get(key);
    // Whoever was refused after somebody else renewed the session takes the new one.
    if (kept !== undefined && kept.untilMs > ports.now() && kept.session.accessToken !== refused) {
      return { ok: true, value: kept.session, status: 200, headers: new Headers() };
    }
    loggingIn ??= logInAndKeep(refused === undefined ? null : (kept?.session ?? null));
    return loggingIn;
  };
}

/** What isolates share of a session is one text: its host and its token. */
async function sharedLogIn(
  login: SalesforceLogin,
  account: string,
  refused: SalesforceSession | null,
  ports: TokenPorts,
): Promise<CallResult<SalesforceSession>> {
  const { shareToken } = ports;
  if (shareToken === undefined) return logIn(login, ports);
  const textOf = ({ instanceUrl, accessToken }: SalesforceSession) => `${instanceUrl} ${accessToken}`;
  const answer = await shareToken("salesforce", account, refused && textOf(refused), async () => {
    const result = await logIn(login, ports);
    if (!result.ok) return result;
    const value: Token = { token: textOf(result.value), expiresAtMs: ports.now() + KEPT_MS };
    return { ...result, value };
  });
  if (!answer.ok) return answer;
  const [instanceUrl = "", accessToken = ""] = answer.value.token.split(" ");
  return { ...answer, value: { instanceUrl, accessToken } };
}

async function logIn(login: SalesforceLogin, ports: HttpPorts): Promise<CallResult<SalesforceSession>> {
  const loginUrl = login.loginUrl.replace(/\/+$/, "");
  const assertion = await signAssertion({ ...login, loginUrl }, ports.now());
  if (assertion === null) {
    const reason =
      'the private key is not a PKCS #8 PEM key ("BEGIN PRIVATE KEY"): convert it with openssl pkcs8 -topk8';
    return { ok: false, failure: { kind: "credentials", status: 401, reason } };
  }
  const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
  const url = `${loginUrl}/services/oauth2/token`;
  const result = await callJson({ method: "POST", url, body, timeoutMs: TIMEOUT_MS }, ports);
  if (!result.ok) return { ok: false, failure: loginFailure(result.failure) };
  const answer = TokenAnswer.safeParse(result.value);
  if (!answer.success) return { ok: false, failure: { kind: "malformed", reason: "the token answer has no session" } };
  const { access_token: accessToken, instance_url: instanceUrl } = answer.data;
  return { ...result, value: { accessToken, instanceUrl: instanceUrl.replace(/\/+$/, "") } };
}

/** `invalid_grant`, `invalid_client` and their like come as 400: what is wrong is the key, the app or the user. */
function loginFailure(failure: CallFailure): CallFailure {
  if (failure.kind !== "rejected" && failure.kind !== "not_found") return failure;
  return { kind: "credentials", status: 401, reason: `Salesforce refused the login: ${failure.reason}` };
}

async function signAssertion(login: SalesforceLogin, nowMs: number): Promise<string | null> {
  const key = await importKey(login.privateKey);
  if (key === null) return null;
  const exp = Math.floor(nowMs / 1000) + ASSERTION_SECONDS;
  const claims = { iss: login.clientId, sub: login.username, aud: login.loginUrl, exp };
  const signed = [{ alg: "RS256" }, claims].map((part) => base64Url(encoder.encode(JSON.stringify(part)))).join(".");
  const signature = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, encoder.encode(signed));
  return `${signed}.${base64Url(new Uint8Array(signature))}`;
}

/** Null for anything but a PKCS #8 PEM. */
async function importKey(pem: string): Promise<CryptoKey | null> {
  const body = /-----BEGIN PRIVATE KEY-----([\s\S]+)-----END PRIVATE KEY-----/.exec(pem.replaceAll("\\n", "\n"))?.[1];
  if (body === undefined) return null;
  try {
    const der = Uint8Array.from(atob(body.replace(/\s/g, "")), (character) => character.charCodeAt(0));
    return await crypto.subtle.importKey("pkcs8", der, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"]);
  } catch {
    return null;
  }
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
