// One harmless call to each outside system, with the secrets given here: a login, or a read of one record. Rule: nothing is
// written and nothing is used up. Logins that replace their refresh token are left out; a Teams workflow and
// an alert webhook take posts alone.
import { googleAccessToken, readServiceAccount } from "#connectors/google-token.ts";
import { msgraphAccessToken } from "#connectors/msgraph-token.ts";
import { createSessions } from "#connectors/salesforce-login.ts";
import { isWebhookSecret } from "#connectors/webhook.ts";
import { type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";

export type Given = Readonly<Record<string, string>>;

type Verdict =
  | { kind: "valid"; how: string }
  | { kind: "refused"; reason: string }
  | { kind: "unreached"; reason: string }
  | { kind: "not_asked"; reason: string };

export type SystemCall = {
  system: string;
  /** What must be set for the system to be used at all; the first is the secret. */
  needs: readonly [string, ...string[]];
  /** What else is read. */
  reads?: readonly string[];
  call(given: Given, ports: HttpPorts): Promise<Verdict>;
};

const TIMEOUT_MS = 10_000;
const REPLACES = "a login from here would replace the refresh token that is deployed";

async function get(url: string, headers: Record<string, string>, ports: HttpPorts): Promise<Verdict> {
  return verdictOf(
    await callJson({ method: "GET", url, headers, timeoutMs: TIMEOUT_MS }, ports),
    "a read was answered",
  );
}

function verdictOf(result: CallResult<unknown>, how: string): Verdict {
  if (result.ok) return { kind: "valid", how };
  const { kind, reason } = result.failure;
  const isDown = kind === "no_answer" || kind === "unavailable" || kind === "malformed";
  return { kind: isDown ? "unreached" : "refused", reason };
}

const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` });
const notAsked = (reason: string) => async (): Promise<Verdict> => ({ kind: "not_asked", reason });

export const SYSTEM_CALLS: readonly SystemCall[] = [
  {
    system: "HubSpot",
    needs: ["HUBSPOT_ACCESS_TOKEN", "HUBSPOT_API_URL", "HUBSPOT_API_VERSION"],
    call: ({ HUBSPOT_ACCESS_TOKEN, HUBSPOT_API_URL, HUBSPOT_API_VERSION }, ports) =>
      get(`${HUBSPOT_API_URL}/crm/owners/${HUBSPOT_API_VERSION}?limit=1`, bearer(HUBSPOT_ACCESS_TOKEN), ports),
  },
  {
    system: "Salesforce",
    needs: ["SALESFORCE_PRIVATE_KEY", "SALESFORCE_LOGIN_URL", "SALESFORCE_CLIENT_ID", "SALESFORCE_USERNAME"],
    async call(given, ports) {
      const login = {
        loginUrl: given.SALESFORCE_LOGIN_URL ?? "",
        clientId: given.SALESFORCE_CLIENT_ID ?? "",
        username: given.SALESFORCE_USERNAME ?? "",
        privateKey: given.SALESFORCE_PRIVATE_KEY ?? "",
      };
      return verdictOf(await createSessions(login, new Map(), ports)(), "it logs in");
    },
  },
  {
    system: "Slack",
    needs: ["SLACK_BOT_TOKEN", "SLACK_API_URL"],
    async call({ SLACK_BOT_TOKEN, SLACK_API_URL }, ports) {
      const call = { method: "POST", url: `${SLACK_API_URL}/auth.test`, headers: bearer(SLACK_BOT_TOKEN) } as const;
      const result = await callJson({ ...call, timeoutMs: TIMEOUT_MS }, ports);
      if (!result.ok) return verdictOf(result, "");
      // Slack answers 200 to everything and says in the body what it thinks of it.
      const { value } = result;
      if (typeof value === "object" && value !== null && "ok" in value && value.ok === true) {
        return { kind: "valid", how: "auth.test knows the bot" };
      }
      return { kind: "refused", reason: `auth.test: ${JSON.stringify(value).slice(0, 200)}` };
    },
  },
  {
    system: "Gmail",
    needs: ["GMAIL_SERVICE_ACCOUNT"],
    reads: ["MAILBOX"],
    async call({ GMAIL_SERVICE_ACCOUNT = "", MAILBOX = "" }, ports) {
      const file = await readServiceAccount(GMAIL_SERVICE_ACCOUNT);
      if (!file.ok) return { kind: "refused", reason: file.reason };
      if (MAILBOX === "")
        return { kind: "not_asked", reason: "the key file is right; --mailbox <rep> logs in with it" };
      return verdictOf(await googleAccessToken(file.account, MAILBOX, new Map(), ports)(false), `opens ${MAILBOX}`);
    },
  },
  {
    system: "Microsoft Graph",
    needs: ["MSGRAPH_CLIENT_SECRET", "MSGRAPH_LOGIN_URL", "MSGRAPH_TENANT_ID", "MSGRAPH_CLIENT_ID"],
    async call(given, ports) {
      const login = {
        loginUrl: given.MSGRAPH_LOGIN_URL ?? "",
        tenantId: given.MSGRAPH_TENANT_ID ?? "",
        clientId: given.MSGRAPH_CLIENT_ID ?? "",
        clientSecret: given.MSGRAPH_CLIENT_SECRET ?? "",
      };
      return verdictOf(await msgraphAccessToken(login, new Map(), ports)(false), "the app logs in");
    },
  },
  {
    system: "Resend",
    needs: ["RESEND_API_KEY", "RESEND_API_URL"],
    async call({ RESEND_API_KEY, RESEND_API_URL }, ports) {
      // There is no such mail, which only a key that is known gets to hear; one that may only send is told so.
      const url = `${RESEND_API_URL}/emails/00000000-0000-4000-8000-000000000000`;
      const call = { method: "GET", url, headers: bearer(RESEND_API_KEY), timeoutMs: TIMEOUT_MS } as const;
      const result = await callJson(call, ports);
      const isKnown =
        result.ok || result.failure.kind === "not_found" || result.failure.reason.includes("restricted_api_key");
      return isKnown ? { kind: "valid", how: "the key is known" } : verdictOf(result, "");
    },
  },
  {
    system: "Salesloft",
    needs: ["SALESLOFT_API_KEY", "SALESLOFT_API_URL"],
    reads: ["SALESLOFT_CLIENT_ID"],
    async call({ SALESLOFT_CLIENT_ID = "", SALESLOFT_API_KEY, SALESLOFT_API_URL }, ports) {
      if (SALESLOFT_CLIENT_ID !== "") return { kind: "not_asked", reason: REPLACES };
      return get(`${SALESLOFT_API_URL}/v2/users?per_page=1`, bearer(SALESLOFT_API_KEY), ports);
    },
  },
  {
    system: "Apollo",
    needs: ["APOLLO_API_KEY", "APOLLO_API_URL"],
    call: ({ APOLLO_API_KEY = "", APOLLO_API_URL }, ports) =>
      get(`${APOLLO_API_URL}/api/v1/email_accounts`, { "x-api-key": APOLLO_API_KEY }, ports),
  },
  {
    system: "Outreach",
    needs: ["OUTREACH_REFRESH_TOKEN", "OUTREACH_CLIENT_SECRET"],
    call: notAsked(REPLACES),
  },
  {
    system: "Microsoft Teams",
    needs: ["TEAMS_WEBHOOK_URL"],
    call: notAsked("a workflow takes posts alone, and each is a card in the channel"),
  },
  {
    system: "alert webhook",
    needs: ["ALERT_WEBHOOK_SECRET"],
    async call({ ALERT_WEBHOOK_SECRET = "" }) {
      if (isWebhookSecret(ALERT_WEBHOOK_SECRET)) return { kind: "not_asked", reason: "its secret has the right form" };
      return { kind: "refused", reason: "it has to be whsec_ and at least 24 bytes in base64" };
    },
  },
  {
    system: "language model",
    needs: ["LLM_PROVIDER"],
    reads: ["LLM_API_URL", "LLM_API_KEY"],
    async call({ LLM_PROVIDER, LLM_API_URL = "", LLM_API_KEY = "" }, ports) {
      switch (LLM_PROVIDER) {
        case "openai-compatible":
          return get(`${LLM_API_URL}/models`, LLM_API_KEY === "" ? {} : bearer(LLM_API_KEY), ports);
        case "anthropic": {
          const headers = { "x-api-key": LLM_API_KEY, "anthropic-version": "2023-06-01" };
          return get(`${LLM_API_URL || "https://api.anthropic.com/v1"}/models?limit=1`, headers, ports);
        }
        case "workers-ai":
          return { kind: "not_asked", reason: "Workers AI has no secret of its own" };
        default:
          return { kind: "not_asked", reason: "rules decide alone" };
      }
    },
  },
];
