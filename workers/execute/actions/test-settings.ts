// Settings for tests of adapters: every variable set, pointing at hosts that no test reaches.
import type { ActionReleased } from "#contract/action-released.ts";
import type { ActionSettings, Attempt } from "./action-adapter.ts";

export const TEST_SETTINGS: ActionSettings = {
  PUBLIC_URL: "https://dealwire.example.com",
  HUBSPOT_API_URL: "https://hubspot.test",
  HUBSPOT_API_VERSION: "2026-09",
  HUBSPOT_ACCESS_TOKEN: "pat-test",
  SALESFORCE_LOGIN_URL: "https://salesforce.test",
  SALESFORCE_API_VERSION: "66.0",
  SALESFORCE_CLIENT_ID: "client",
  SALESFORCE_USERNAME: "dealwire@northwind.example",
  SALESFORCE_PRIVATE_KEY: "",
  SLACK_API_URL: "https://slack.test/api",
  SLACK_BOT_TOKEN: "xoxb-test",
  SLACK_ALERT_CHANNEL: "C0ALERTS",
  GMAIL_API_URL: "https://gmail.test",
  GMAIL_SERVICE_ACCOUNT: "{}",
  MSGRAPH_API_URL: "https://graph.test",
  MSGRAPH_LOGIN_URL: "https://login.test",
  MSGRAPH_TENANT_ID: "tenant",
  MSGRAPH_CLIENT_ID: "client",
  MSGRAPH_CLIENT_SECRET: "msgraph-secret",
  RESEND_API_URL: "https://resend.test",
  RESEND_API_KEY: "re_test",
  TEAMS_WEBHOOK_URL: "https://teams.test/workflows/1/invoke?sig=test",
  ALERT_WEBHOOK_URL: "https://alerts.test/hook",
  ALERT_WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  OUTREACH_API_URL: "https://outreach.test",
  OUTREACH_CLIENT_ID: "client",
  OUTREACH_CLIENT_SECRET: "outreach-secret",
  OUTREACH_REFRESH_TOKEN: "outreach-refresh",
  SALESLOFT_API_URL: "https://salesloft.test",
  SALESLOFT_LOGIN_URL: "https://salesloft-login.test",
  SALESLOFT_CLIENT_ID: "",
  SALESLOFT_API_KEY: "salesloft-key",
  APOLLO_API_URL: "https://apollo.test",
  APOLLO_API_KEY: "apollo-key",
};

/** What is the same in every action of these tests. */
export const TEST_ACTION = {
  action_id: "act_onxw2zltnfxw4zdfmfwhgltbmi",
  rule_id: "idle-near-close",
  reason: "Idle for 14 days.",
  owner: null,
  priority: "high",
  approval: "auto",
  facts: [],
  still_valid: null,
  hours: null,
  cool_down_seconds: 0,
  idempotency_key: "act_onxw2zltnfxw4zdfmfwhgltbmi",
  content_hash: "0".repeat(64),
} as const satisfies Partial<ActionReleased["action"]>;

/** A first attempt, a second after the release. */
export const TEST_ATTEMPT: Attempt = {
  idempotencyKey: TEST_ACTION.idempotency_key,
  actionId: TEST_ACTION.action_id,
  correlationId: "0af7651916cd43dd8448eb211c80319c",
  maybeDone: false,
  kept: null,
  releasedAtMs: Date.parse("2026-11-21T08:10:00.000Z"),
};
