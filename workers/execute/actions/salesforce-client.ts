// Salesforce for one attempt, logged in as the deployment's integration user. Rule: the login is shared, by all isolates
// where the ports allow it; the first missing setting ends the attempt by its name.
import { createSalesforce, type Salesforce } from "#connectors/salesforce.ts";
import { createSessions } from "#connectors/salesforce-login.ts";
import type { ActionPorts } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { neededSettings } from "./needed-settings.ts";

const TIMEOUT_MS = 10_000;
const NEEDED = [
  "SALESFORCE_LOGIN_URL",
  "SALESFORCE_API_VERSION",
  "SALESFORCE_CLIENT_ID",
  "SALESFORCE_USERNAME",
  "SALESFORCE_PRIVATE_KEY",
] as const;

type Connected =
  | { ok: true; salesforce: Salesforce }
  | { ok: false; outcome: Extract<ActionOutcome, { kind: "credentials" }> };

export function salesforceOf(ports: ActionPorts): Connected {
  const needed = neededSettings(ports.settings, NEEDED);
  if (!needed.ok) return needed;
  const { values } = needed;
  const login = {
    loginUrl: values.SALESFORCE_LOGIN_URL,
    clientId: values.SALESFORCE_CLIENT_ID,
    username: values.SALESFORCE_USERNAME,
    privateKey: values.SALESFORCE_PRIVATE_KEY,
  };
  const sessions = createSessions(login, ports.salesforceSessions ?? new Map(), ports);
  const settings = { apiVersion: values.SALESFORCE_API_VERSION, sessions, timeoutMs: TIMEOUT_MS };
  return { ok: true, salesforce: createSalesforce(settings, ports) };
}
