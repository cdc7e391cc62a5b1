// Outreach for one attempt, logged in as the deployment's app. Rule: the first missing setting ends the attempt by its name.
import { createOutreach, type Outreach } from "#connectors/outreach.ts";
import { rotatingAccessToken } from "#connectors/rotating-token.ts";
import type { ActionPorts } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { neededSettings } from "./needed-settings.ts";

const NEEDED = ["OUTREACH_API_URL", "OUTREACH_CLIENT_ID", "OUTREACH_CLIENT_SECRET", "OUTREACH_REFRESH_TOKEN"] as const;

type Connected =
  | { ok: true; outreach: Outreach }
  | { ok: false; outcome: Extract<ActionOutcome, { kind: "credentials" }> };

export function outreachOf(ports: ActionPorts): Connected {
  const needed = neededSettings(ports.settings, NEEDED);
  if (!needed.ok) return needed;
  const { values } = needed;
  const apiUrl = values.OUTREACH_API_URL;
  const login = {
    system: "outreach",
    tokenUrl: `${apiUrl}/oauth/token`,
    clientId: values.OUTREACH_CLIENT_ID,
    clientSecret: values.OUTREACH_CLIENT_SECRET,
    refreshToken: values.OUTREACH_REFRESH_TOKEN,
  };
  const accessToken = rotatingAccessToken(login, ports.accessTokens, ports);
  return { ok: true, outreach: createOutreach({ apiUrl, accessToken }, ports) };
}
