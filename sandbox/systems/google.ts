// The Google token endpoint: checks a service account's JWT for real, against the key of the configured account, and
// grants a bearer token for one mailbox (domain-wide delegation).
// Source: https://developers.google.com/identity/protocols/oauth2/service-account#httprest
import { Hono } from "hono";
import * as jose from "jose";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { DELEGATED_SCOPES, grants } from "./gmail/access-token.ts";
import { mailboxes } from "./gmail/mailbox.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TOKEN_SECONDS = 3_599;
const MAX_LIFETIME_SECONDS = 3_600;
const CLOCK_SKEW_SECONDS = 300;

const ServiceAccount = z.object({
  client_email: z.string(),
  private_key: z.string(),
  private_key_id: z.string().optional(),
  token_uri: z.string(),
});
const Claims = z.object({
  iss: z.string(),
  sub: z.string().optional(),
  scope: z.string().optional(),
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
});

/** `POST /` grants a token; refusals are 400 or 401 with Google's OAuth error body. */
export function google(deps: Deps): Hono {
  const app = new Hono();
  app.post("/", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const grantType = form.get("grant_type");
    if (grantType !== GRANT_TYPE) return oauthError("unsupported_grant_type", `Invalid grant_type: ${grantType ?? ""}`);
    const account = serviceAccount(deps.secrets.gmailServiceAccount);
    if (account === null)
      return oauthError("invalid_client", "GMAIL_SERVICE_ACCOUNT of the sandbox is not a service account's key file");
    const assertion = form.get("assertion") ?? "";
    const claims = unverified(assertion);
    if (claims === null)
      return oauthError("invalid_grant", "Invalid JWT: the assertion or one of its claims is unreadable");
    if (claims.iss !== account.client_email) return oauthError("invalid_grant", "Invalid grant: account not found");
    if (!(await signedBy(account.private_key, assertion))) return oauthError("invalid_grant", "Invalid JWT Signature.");
    if (claims.aud !== account.token_uri) return oauthError("invalid_grant", "Invalid JWT: Failed audience check.");
    const now = Math.floor(deps.clock() / 1_000);
    const tooLong = claims.exp - claims.iat > MAX_LIFETIME_SECONDS || claims.exp <= claims.iat;
    const tooFar = claims.iat > now + CLOCK_SKEW_SECONDS || claims.exp < now - CLOCK_SKEW_SECONDS;
    if (tooLong || tooFar)
      return oauthError(
        "invalid_grant",
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
      );
    const scopes = (claims.scope ?? "").split(/\s+/).filter((scope) => scope !== "");
    if (scopes.length === 0) return oauthError("invalid_scope", "Empty or missing scope not allowed.");
    const subject = (claims.sub ?? account.client_email).toLowerCase();
    if (claims.sub !== undefined && mailboxes(deps).boxes.get(subject) === undefined)
      return oauthError("invalid_grant", "Invalid email or User ID");
    if (scopes.some((scope) => !DELEGATED_SCOPES.includes(scope)))
      return oauthError(
        "unauthorized_client",
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
        401,
      );
    const token = `local-google-${deps.newId()}`;
    grants(deps).put(token, { subject, scopes, expires_at: deps.clock() + TOKEN_SECONDS * 1_000 });
    return Response.json({ access_token: token, expires_in: TOKEN_SECONDS, token_type: "Bearer" });
  });
  app.notFound(() => oauthError("invalid_request", "POST the form to the token_uri of the key file", 404));
  return app;
}

function oauthError(error: string, description: string, status = 400): Response {
  return Response.json({ error, error_description: description }, { status });
}

function serviceAccount(json: string) {
  try {
    return ServiceAccount.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}

function unverified(assertion: string) {
  try {
    return Claims.safeParse(jose.decodeJwt(assertion)).data ?? null;
  } catch {
    return null;
  }
}

/** Whether the key pair of the account signed it with RS256; the public half comes from the private one. */
async function signedBy(privateKey: string, assertion: string): Promise<boolean> {
  try {
    const key = await jose.importPKCS8(privateKey, "RS256", { extractable: true });
    const { kty, n, e } = await jose.exportJWK(key);
    if (kty !== "RSA" || n === undefined || e === undefined) return false;
    const publicKey = await jose.importJWK({ kty, n, e }, "RS256");
    await jose.compactVerify(assertion, publicKey, { algorithms: ["RS256"] });
    return true;
  } catch {
    return false;
  }
}
