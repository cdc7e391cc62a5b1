import { expect, test } from "vitest";
import { createTargetOf } from "./upstream-target.ts";

const targetOf = createTargetOf({
  HUBSPOT_API_URL: "https://api.hubapi.com/",
  SLACK_API_URL: "https://slack.com/api",
  RESEND_API_URL: "https://api.resend.com",
  GMAIL_API_URL: "https://gmail.googleapis.com",
  MSGRAPH_API_URL: "https://graph.microsoft.com",
  SALESFORCE_LOGIN_URL: "https://login.salesforce.com",
  OUTREACH_API_URL: "",
  TEAMS_WEBHOOK_URL: "https://acme.logic.test/w/1/invoke?sig=s1 deals=https://acme.logic.test/w/2/invoke?sig=s2",
  ALERT_WEBHOOK_URL: "https://alerts.acme.test/hook",
  HUBSPOT_ACCESS_TOKEN: "pat",
  DB: {},
});
const post = (body: unknown = {}) => ({ method: "POST", body: JSON.stringify(body) });

test.each([
  ["https://api.hubapi.com/crm/objects/2026-09/deals/1?properties=a", undefined, "hubspot", ["all"]],
  ["https://api.hubapi.com/crm/objects/2026-09/deals/search", post(), "hubspot", ["all", "search"]],
  ["https://slack.com/api/chat.postMessage", post({ channel: "C1" }), "slack", ["all", "post", "channel:C1"]],
  ["https://slack.com/api/conversations.history?channel=C1", undefined, "slack", ["all"]],
  ["https://gmail.googleapis.com/gmail/v1/users/a%40b.c/drafts", post(), "gmail", ["all", "mailbox:a%40b.c"]],
  [
    "https://gmail.googleapis.com/gmail/v1/users/a%40b.c/drafts/send",
    post(),
    "gmail",
    ["all", "mailbox:a%40b.c", "mails:a%40b.c"],
  ],
  [
    "https://graph.microsoft.com/v1.0/users/a@b.c/messages/AAM/send",
    post(),
    "msgraph",
    ["all", "mailbox:a@b.c", "mails:a@b.c"],
  ],
  ["https://api.resend.com/emails", post({ from: "a@b.c" }), "resend", ["all", "mails:a@b.c"]],
  ["https://acme.logic.test/w/1/invoke?sig=s1", post(), "teams", ["all", "channel:"]],
  ["https://acme.logic.test/w/2/invoke?sig=s2", post(), "teams", ["all", "channel:deals"]],
  ["https://alerts.acme.test/hook", post(), "webhook", ["all", "channel:"]],
  ["https://acme.my.salesforce.com/services/data/v66.0/query", undefined, "salesforce", ["all"]],
])("%s comes under its system's limits", (url, init, system, keys) => {
  expect(targetOf(url, init)).toEqual({ system, keys });
});

test.each([
  "https://api.hubapi.com.evil.example/crm",
  "https://evil.example/?https://api.hubapi.com/crm",
  "https://evil.example/acme.my.salesforce.com/x",
  "https://api.outreach.io/api/v2/sequenceStates",
  "https://alerts.acme.test/hook/other",
])("%s is nobody's", (url) => {
  expect(targetOf(url)).toBeNull();
});

test("a body that is not what Slack takes has no channel", () => {
  const send = (body: string) => targetOf("https://slack.com/api/chat.postMessage", { method: "POST", body });
  for (const body of ["{", "null", '{"channel":1}', ""]) expect(send(body)?.keys).toEqual(["all", "post"]);
});
