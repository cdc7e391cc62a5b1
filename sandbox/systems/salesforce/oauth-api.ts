// Salesforce's token endpoint: the JWT bearer flow, with the assertion's RS256 signature checked against the certificate
// of the one app that is registered here. The private half is SALESFORCE_PRIVATE_KEY of sandbox/local.env.
// Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm
import type { Hono } from "hono";
import * as jose from "jose";
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { org } from "./records.ts";
import { sessions } from "./sessions.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const MOUNT = "/sandbox/salesforce";
const LOGIN_HOSTS = ["https://login.salesforce.com", "https://test.salesforce.com"];
/** An assertion that is good for longer than this is refused. */
const MAX_LIFETIME_SECONDS = 300;
const ORG_ID = "00Dd0000000dtDqEAI";

/** The external client app: its consumer key and the certificate's public key (SPKI). */
const CONNECTED_APP = {
  client_id: "3MVG9.local.dealwire.sandbox",
  public_key:
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAs0KLqVQbAWlN+H5l4WfXCUgfnAXIqrjDO6nVYyLWThx62DW0FYl3Al57ByeCuSzQ0KyC8nZw4nX+rrcNINHkXyb75MvFWGLI41Hx5T3veDuJKGKLXiedJ1cgjeAhbQPSawpQ1DSNp/aQirDvRAP2K2iKoUOi1z4vcqGMJryDr/vVWaHjXFYhoNPrsZcWfYNIGV0mCMQc2WCeO3xI/ckKpmCMvmgf5oueEWSoUZj+DDkyUGrs0w7RfU7W3Jqj/o/7nf2yEkqF1ik9ZnOQMZS0bwwlqIl3Bc/InK3Ibx7otf4qqXzX6JOqbYrRxi0jNvWd26sWBfv1IhgeXr/IV+g4xwIDAQAB",
};

const Claims = z.object({ iss: z.string(), sub: z.string(), aud: z.string(), exp: z.number() });

/** Adds `POST /services/oauth2/token`; refusals are 400 with an OAuth error body. */
export function oauthApi(app: Hono, deps: Deps): void {
  app.post("/services/oauth2/token", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    if (form.get("grant_type") !== GRANT_TYPE) return oauthError("unsupported_grant_type", "grant type not supported");
    const assertion = form.get("assertion") ?? "";
    const claims = unverified(assertion);
    if (claims === null) return oauthError("invalid_grant", "invalid assertion");
    if (claims.iss !== CONNECTED_APP.client_id) return oauthError("invalid_client_id", "client identifier invalid");
    const ownUrl = localLogin(claims.aud);
    if (ownUrl === null && !LOGIN_HOSTS.includes(claims.aud)) return oauthError("invalid_grant", "audience is invalid");
    if (!(await signed(assertion))) return oauthError("invalid_grant", "invalid assertion");
    const now = deps.clock() / 1_000;
    if (claims.exp <= now) return oauthError("invalid_grant", "expired authorization code");
    if (claims.exp > now + MAX_LIFETIME_SECONDS)
      return oauthError("invalid_grant", "assertion is not valid yet or too long");
    const user = org(deps, "")
      .list("User")
      .find(({ fields }) => String(fields.Username).toLowerCase() === claims.sub.toLowerCase());
    if (user === undefined) return oauthError("invalid_grant", "user hasn't approved this consumer");
    if (user.fields.IsActive === false) return oauthError("inactive_user", "user is inactive");
    const instance = ownUrl ?? `${new URL(c.req.url).origin}${MOUNT}`;
    return Response.json({
      access_token: sessions(deps).open(user.id),
      scope: "api",
      instance_url: instance,
      id: `${instance}/id/${ORG_ID}/${user.id}`,
      token_type: "Bearer",
    });
  });
}

function oauthError(error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status: 400 });
}

/** The stand-in's own login URL on any port, when the audience is that; the API is below it. */
function localLogin(audience: string): string | null {
  return /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?\/sandbox\/salesforce$/.test(audience) ? audience : null;
}

function unverified(assertion: string) {
  try {
    return Claims.safeParse(jose.decodeJwt(assertion)).data ?? null;
  } catch {
    return null;
  }
}

async function signed(assertion: string): Promise<boolean> {
  try {
    const pem = `-----BEGIN PUBLIC KEY-----\n${CONNECTED_APP.public_key}\n-----END PUBLIC KEY-----`;
    await jose.compactVerify(assertion, await jose.importSPKI(pem, "RS256"), { algorithms: ["RS256"] });
    return true;
  } catch {
    return false;
  }
}
