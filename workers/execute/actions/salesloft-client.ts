// Salesloft for one attempt, by an API key or logged in as the deployment's app. Rule: the first missing setting ends the
// attempt by its name.
import { rotatingAccessToken } from "#connectors/rotating-token.ts";
import { createSalesloft, type Salesloft, type SalesloftSettings } from "#connectors/salesloft.ts";
import type { ActionPorts } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { neededSettings } from "./needed-settings.ts";

type Connected =
  | { ok: true; salesloft: Salesloft }
  | { ok: false; outcome: Extract<ActionOutcome, { kind: "credentials" }> };

export function salesloftOf(ports: ActionPorts): Connected {
  const needed = neededSettings(ports.settings, ["SALESLOFT_API_URL", "SALESLOFT_LOGIN_URL", "SALESLOFT_API_KEY"]);
  if (!needed.ok) return needed;
  const { SALESLOFT_API_URL: apiUrl, SALESLOFT_LOGIN_URL: loginUrl, SALESLOFT_API_KEY: secret } = needed.values;
  const clientId = ports.settings.SALESLOFT_CLIENT_ID.trim();
  const settings: SalesloftSettings = { apiUrl, login: { apiKey: secret } };
  if (clientId !== "") {
    const [clientSecret = "", refreshToken] = secret.trim().split(/\s+/);
    if (refreshToken === undefined) {
      const reason = "SALESLOFT_API_KEY has to be the app's secret and a refresh token, separated by a space";
      const page = "see docs/configuration.md#salesloft_api_key";
      return {
        ok: false,
        outcome: { kind: "credentials", reason: `${reason}, because SALESLOFT_CLIENT_ID is set; ${page}` },
      };
    }
    const login = { system: "salesloft", tokenUrl: `${loginUrl}/oauth/token`, clientId, clientSecret, refreshToken };
    settings.login = { accessToken: rotatingAccessToken(login, ports.accessTokens, ports) };
  }
  return { ok: true, salesloft: createSalesloft(settings, ports) };
}
