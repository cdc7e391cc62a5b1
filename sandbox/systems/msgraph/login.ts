// The Microsoft identity platform's token endpoint, for an app that acts by itself (client credentials).
// Rule: a token opens every mailbox of the tenant for an hour; tokens are kept where no page or state shows them.
// Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow
import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { collection } from "../../store.ts";

const TOKEN_SECONDS = 3_599;
const SCOPE = "https://graph.microsoft.com/.default";

const Grant = z.object({
  /** Epoch milliseconds. */
  expires_at: z.number(),
});

export function graphTokens({ store }: Pick<Deps, "store">) {
  return collection(store, "microsoft", "tokens", Grant);
}

/** `POST /{tenant}/oauth2/v2.0/token`; refusals carry the AADSTS number that an administrator looks up. */
export function microsoft(deps: Deps): Hono {
  const app = new Hono();
  const { msgraphTenantId, msgraphClientId, msgraphClientSecret } = deps.secrets;
  const refuse = (status: number, error: string, aadsts: number, text: string) =>
    Response.json(
      {
        error,
        error_description: `AADSTS${aadsts}: ${text}`,
        error_codes: [aadsts],
        timestamp: new Date(deps.clock()).toISOString(),
        trace_id: deps.newId(),
        correlation_id: deps.newId(),
      },
      { status },
    );

  app.post("/:tenant/oauth2/v2.0/token", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    if (c.req.param("tenant") !== msgraphTenantId)
      return refuse(400, "invalid_request", 90002, `Tenant '${c.req.param("tenant")}' not found.`);
    if (form.get("grant_type") !== "client_credentials")
      return refuse(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.");
    if (form.get("client_id") !== msgraphClientId)
      return refuse(400, "unauthorized_client", 700016, "Application was not found in the directory.");
    if (form.get("client_secret") !== msgraphClientSecret)
      return refuse(401, "invalid_client", 7000215, "Invalid client secret provided.");
    if (form.get("scope") !== SCOPE)
      return refuse(400, "invalid_scope", 1002012, `The provided value for scope is not valid; it has to be ${SCOPE}.`);
    const token = `local-graph-${deps.newId()}`;
    graphTokens(deps).put(token, { expires_at: deps.clock() + TOKEN_SECONDS * 1_000 });
    return Response.json({
      token_type: "Bearer",
      expires_in: TOKEN_SECONDS,
      ext_expires_in: TOKEN_SECONDS,
      access_token: token,
    });
  });
  app.notFound(() => refuse(404, "invalid_request", 900144, "POST the form to /{tenant}/oauth2/v2.0/token."));
  return app;
}
