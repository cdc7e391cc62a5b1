// Whether whoever has an address opted out of mails in the CRM, read fresh: a plan may be days old. Rule: an address that
// no CRM knows did not opt out; a CRM that is not configured is not asked.
import { createHubspot } from "#connectors/hubspot.ts";
import { soqlText } from "#connectors/salesforce.ts";
import type { ActionPorts, Attempt } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";
import { salesforceOf } from "./salesforce-client.ts";

type OptedOut = { ok: true; value: boolean } | { ok: false; outcome: ActionOutcome };

const TIMEOUT_MS = 5_000;

export async function optedOut(address: string, attempt: Attempt, ports: ActionPorts): Promise<OptedOut> {
  const answers = [await inHubspot(address, attempt, ports), await inSalesforce(address, attempt, ports)];
  return answers.find((answer) => !answer.ok || answer.value) ?? { ok: true, value: false };
}

async function inHubspot(address: string, { correlationId }: Attempt, ports: ActionPorts): Promise<OptedOut> {
  const { settings } = ports;
  const { HUBSPOT_API_URL: apiUrl, HUBSPOT_API_VERSION: apiVersion, HUBSPOT_ACCESS_TOKEN: accessToken } = settings;
  if (accessToken.trim() === "") return { ok: true, value: false };
  const hubspot = createHubspot({ apiUrl, apiVersion, accessToken, timeoutMs: TIMEOUT_MS }, ports);
  const selection = { properties: ["hs_email_optout"], idProperty: "email" };
  const contact = await hubspot.getRecord("contacts", address, selection, correlationId);
  if (contact.ok) return { ok: true, value: contact.value.properties.hs_email_optout === "true" };
  if (contact.failure.kind === "not_found") return { ok: true, value: false };
  return { ok: false, outcome: callFailed(contact.failure, "preparation", "HUBSPOT_ACCESS_TOKEN") };
}

async function inSalesforce(address: string, { correlationId }: Attempt, ports: ActionPorts): Promise<OptedOut> {
  if (ports.settings.SALESFORCE_PRIVATE_KEY.trim() === "") return { ok: true, value: false };
  const connected = salesforceOf(ports);
  if (!connected.ok) return connected;
  const where = `WHERE Email = ${soqlText(address)} AND HasOptedOutOfEmail = true LIMIT 1`;
  const queries = { contacts: `SELECT Id FROM Contact ${where}`, leads: `SELECT Id FROM Lead ${where}` };
  const answer = await connected.salesforce.queryTogether(queries, correlationId);
  for (const name of ["contacts", "leads"] as const) {
    const rows = answer(name);
    if (rows.ok && rows.value.length > 0) return { ok: true, value: true };
    // An organization without leads, or one that hides them from the integration user, has none to ask about.
    const isHidden = !rows.ok && name === "leads" && rows.failure.reason.includes("INVALID_TYPE");
    if (!rows.ok && !isHidden) {
      return { ok: false, outcome: callFailed(rows.failure, "preparation", "SALESFORCE_PRIVATE_KEY") };
    }
  }
  return { ok: true, value: false };
}
