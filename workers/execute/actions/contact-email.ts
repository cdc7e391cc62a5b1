// The address of a contact whom an action names by the CRM's id: sequencing systems know people by their address. Read
// fresh from the CRM, because a plan may be days old.
import { createHubspot } from "#connectors/hubspot.ts";
import { soqlText } from "#connectors/salesforce.ts";
import type { CallResult } from "#runtime/http.ts";
import type { ActionPorts, ActionSettings, Attempt } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";
import { type Needed, neededSettings } from "./needed-settings.ts";
import { salesforceOf } from "./salesforce-client.ts";

type EmailOf = { ok: true; value: string } | { ok: false; outcome: ActionOutcome };
/** Answers what the CRM holds as the address, if anything. */
type Read = (id: string, correlationId: string, ports: ActionPorts) => Promise<CallResult<unknown>>;
type Crm = { secret: keyof ActionSettings; needed(settings: ActionSettings): Needed<keyof ActionSettings>; read: Read };

const TIMEOUT_MS = 5_000;
const HUBSPOT = ["HUBSPOT_API_URL", "HUBSPOT_API_VERSION", "HUBSPOT_ACCESS_TOKEN"] as const;
const SALESFORCE = [
  "SALESFORCE_LOGIN_URL",
  "SALESFORCE_API_VERSION",
  "SALESFORCE_CLIENT_ID",
  "SALESFORCE_USERNAME",
  "SALESFORCE_PRIVATE_KEY",
] as const;

const CRMS: Readonly<Record<string, Crm>> = {
  hubspot: {
    secret: "HUBSPOT_ACCESS_TOKEN",
    needed: (settings) => neededSettings<keyof ActionSettings>(settings, HUBSPOT),
    read: async (id, correlationId, ports) => {
      const {
        HUBSPOT_API_URL: apiUrl,
        HUBSPOT_API_VERSION: apiVersion,
        HUBSPOT_ACCESS_TOKEN: accessToken,
      } = ports.settings;
      const hubspot = createHubspot({ apiUrl, apiVersion, accessToken, timeoutMs: TIMEOUT_MS }, ports);
      const contact = await hubspot.getRecord("contacts", id, { properties: ["email"] }, correlationId);
      return contact.ok ? { ...contact, value: contact.value.properties.email } : contact;
    },
  },
  salesforce: {
    secret: "SALESFORCE_PRIVATE_KEY",
    needed: (settings) => neededSettings<keyof ActionSettings>(settings, SALESFORCE),
    read: async (id, correlationId, ports) => {
      const connected = salesforceOf(ports);
      if (!connected.ok)
        return { ok: false, failure: { kind: "credentials", status: 401, reason: connected.outcome.reason } };
      const soql = `SELECT Email FROM Contact WHERE Id = ${soqlText(id)}`;
      const rows = await connected.salesforce.query(soql, correlationId);
      return rows.ok ? { ...rows, value: rows.value[0]?.Email } : rows;
    },
  },
};

/** `reference` is `system:id`. */
export async function emailOf(reference: string, attempt: Attempt, ports: ActionPorts): Promise<EmailOf> {
  const [, system = "", id = ""] = /^([^:]+):(.+)$/.exec(reference) ?? [];
  const crm = Object.hasOwn(CRMS, system) ? CRMS[system] : undefined;
  if (crm === undefined) return refused(`${reference} is not a contact of a CRM whose address can be read`);
  const needed = crm.needed(ports.settings);
  if (!needed.ok) return needed;
  const email = await crm.read(id, attempt.correlationId, ports);
  if (!email.ok) {
    const purpose = attempt.maybeDone ? "lookup" : "preparation";
    return { ok: false, outcome: callFailed(email.failure, purpose, crm.secret) };
  }
  if (typeof email.value === "string" && email.value !== "") return { ok: true, value: email.value };
  return refused(`the contact ${reference} has no e-mail address`);
}

function refused(reason: string): EmailOf {
  return { ok: false, outcome: { kind: "rejected", reason } };
}
