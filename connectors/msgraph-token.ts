// Access tokens of Microsoft Graph for an app that acts by itself (client credentials). Rule: one token opens every
// mailbox that the tenant's administrator gave the app, so it is one for the deployment and not one for a rep.
// https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow
import * as z from "zod";
import { callJson } from "#runtime/http.ts";
import { type AccessToken, createAccessToken, type TokenCache, type TokenPorts } from "./access-token.ts";
import { mapped, typedAnswer } from "./typed-answer.ts";

/** `loginUrl` is `https://login.microsoftonline.com`; the others are of the app registration. */
export type MsgraphLogin = { loginUrl: string; tenantId: string; clientId: string; clientSecret: string };

const SCOPE = "https://graph.microsoft.com/.default";
const TIMEOUT_MS = 5_000;
const TokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

export function msgraphAccessToken(login: MsgraphLogin, cache: TokenCache, ports: TokenPorts): AccessToken {
  const { loginUrl, tenantId, clientId, clientSecret } = login;
  const url = `${loginUrl}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  const logIn = async () => {
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      scope: SCOPE,
    });
    const result = await callJson({ method: "POST", url, body, timeoutMs: TIMEOUT_MS }, ports);
    return mapped(typedAnswer(result, TokenAnswer, "Microsoft login"), ({ access_token: token, expires_in }) => ({
      token,
      expiresAtMs: ports.now() + expires_in * 1_000,
    }));
  };
  return createAccessToken({ system: "msgraph", account: "msgraph" }, logIn, cache, ports);
}
