// Every action that dealwire can perform, one line each. Rule: an adapter that is not here does not run, and one that
// is here has its file and its test (registry.test.ts).
import type { ActionAdapter } from "./action-adapter.ts";
import { createTaskHubspot } from "./create-task-hubspot.ts";
import { draftFollowupGmail } from "./draft-followup-gmail.ts";
import { sendAlertSlack } from "./send-alert-slack.ts";

export const ACTION_ADAPTERS: readonly ActionAdapter[] = [createTaskHubspot, draftFollowupGmail, sendAlertSlack];
