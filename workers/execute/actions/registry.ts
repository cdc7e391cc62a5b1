// Every action that dealwire can perform, one line each. Rule: an adapter that is not here does not run, and one that
// is here has its file and its test (registry.test.ts).
import type { ActionAdapter } from "./action-adapter.ts";
import { createTaskHubspot } from "./create-task-hubspot.ts";
import { createTaskSalesforce } from "./create-task-salesforce.ts";
import { draftFollowupGmail } from "./draft-followup-gmail.ts";
import { draftFollowupMsgraph } from "./draft-followup-msgraph.ts";
import { draftFollowupResend } from "./draft-followup-resend.ts";
import { enrollSequenceApollo } from "./enroll-sequence-apollo.ts";
import { enrollSequenceHubspot } from "./enroll-sequence-hubspot.ts";
import { enrollSequenceOutreach } from "./enroll-sequence-outreach.ts";
import { enrollSequenceSalesloft } from "./enroll-sequence-salesloft.ts";
import { sendAlertSlack } from "./send-alert-slack.ts";
import { sendAlertTeams } from "./send-alert-teams.ts";
import { sendAlertWebhook } from "./send-alert-webhook.ts";
import { updateCrmHubspot } from "./update-crm-hubspot.ts";
import { updateCrmSalesforce } from "./update-crm-salesforce.ts";

export const ACTION_ADAPTERS: readonly ActionAdapter[] = [
  createTaskHubspot,
  createTaskSalesforce,
  draftFollowupGmail,
  draftFollowupMsgraph,
  draftFollowupResend,
  enrollSequenceApollo,
  enrollSequenceHubspot,
  enrollSequenceOutreach,
  enrollSequenceSalesloft,
  sendAlertSlack,
  sendAlertTeams,
  sendAlertWebhook,
  updateCrmHubspot,
  updateCrmSalesforce,
];
