// Settings for tests of adapters: every variable set, pointing at hosts that no test reaches.
import type { ActionReleased } from "#contract/action-released.ts";
import type { ActionSettings } from "./action-adapter.ts";

export const TEST_SETTINGS: ActionSettings = {
  HUBSPOT_API_URL: "https://hubspot.test",
  HUBSPOT_API_VERSION: "2026-09",
  HUBSPOT_ACCESS_TOKEN: "pat-test",
  SLACK_API_URL: "https://slack.test/api",
  SLACK_BOT_TOKEN: "xoxb-test",
  SLACK_ALERT_CHANNEL: "C0ALERTS",
  GMAIL_API_URL: "https://gmail.test",
  GMAIL_SERVICE_ACCOUNT: "{}",
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
