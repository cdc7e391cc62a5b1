// Every system the sandbox stands in for, once: where it answers, how it words an injected error, and which
// collections can be seeded and are shown. Adding a stand-in is its file and one entry here.
import type { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import type { Section } from "../page-section.ts";
import { apolloSystem } from "./apollo.ts";
import * as gmailStore from "./gmail/mailbox.ts";
import { gmail } from "./gmail.ts";
import { google } from "./google.ts";
import { hubspotEnrollments } from "./hubspot/enrollments-section.ts";
import { Alias } from "./hubspot/merge.ts";
import { OBJECT_TYPES } from "./hubspot/object-types.ts";
import { AccountSettings, CrmObject, Owner } from "./hubspot/records.ts";
import { Enrollment, Sequence } from "./hubspot/sequences.ts";
import { hubspot } from "./hubspot.ts";
import { modelSystem } from "./model.ts";
import { msgraphSystem } from "./msgraph.ts";
import { outreachSystem } from "./outreach.ts";
import { resendSystem } from "./resend.ts";
import { SObject, ValidationRule } from "./salesforce/records.ts";
import { OrgSettings } from "./salesforce/seed-record.ts";
import { SOBJECT_TYPES } from "./salesforce/sobject-types.ts";
import { salesforceTasks } from "./salesforce/tasks-section.ts";
import { salesforce } from "./salesforce.ts";
import { salesloftSystem } from "./salesloft.ts";
import { person } from "./slack/person.ts";
import { Ephemeral, responseUrls } from "./slack/response-url.ts";
import { View } from "./slack/view.ts";
import * as slackStore from "./slack/workspace.ts";
import { slack } from "./slack.ts";
import { teamsSystem } from "./teams.ts";
import { webhookSystem } from "./webhook.ts";

export const SYSTEM_NAMES = [
  "hubspot",
  "salesforce",
  "slack",
  "gmail",
  "msgraph",
  "outreach",
  "salesloft",
  "apollo",
  "resend",
  "teams",
  "webhook",
  "model",
] as const;
export type SystemName = (typeof SYSTEM_NAMES)[number];

export type System = {
  /** Where it answers, and the API behind it with that prefix taken off. */
  mounts: readonly { path: string; app: (deps: Deps) => Hono }[];
  collections: Readonly<Record<string, z.ZodType>>;
  /** The body of an error of that HTTP status, in the system's own words. */
  failure(status: number, id: string): unknown;
  /** What the page shows of it. */
  section?: Section;
};

export const SYSTEMS: Readonly<Record<SystemName, System>> = {
  hubspot: {
    mounts: [{ path: "/sandbox/hubspot", app: hubspot }],
    collections: {
      ...Object.fromEntries(OBJECT_TYPES.map((type) => [type, CrmObject])),
      owners: Owner,
      sequences: Sequence,
      enrollments: Enrollment,
      aliases: Alias,
      settings: AccountSettings,
      // Custom properties, by `<type>.<name>`.
      properties: z.object({
        id: z.string().regex(/^(contacts|companies|deals|tasks|notes|calls|meetings)\.[a-z0-9_]+$/),
      }),
    },
    failure: (status, id) => ({
      status: "error",
      message: status === 429 ? "You have reached your ten_secondly_rolling limit." : "internal error",
      correlationId: id,
      ...(status === 429 ? { errorType: "RATE_LIMIT", policyName: "TEN_SECONDLY_ROLLING", requestId: id } : {}),
    }),
    section: hubspotEnrollments,
  },
  salesforce: {
    mounts: [{ path: "/sandbox/salesforce", app: salesforce }],
    collections: {
      ...Object.fromEntries(SOBJECT_TYPES.map((type) => [type, SObject])),
      validation_rules: ValidationRule,
      settings: OrgSettings,
    },
    failure: (status) => [
      status === 401
        ? { message: "Session expired or invalid", errorCode: "INVALID_SESSION_ID" }
        : status === 403
          ? { message: "TotalRequests Limit exceeded.", errorCode: "REQUEST_LIMIT_EXCEEDED" }
          : { message: "An unexpected error occurred.", errorCode: "UNKNOWN_EXCEPTION" },
    ],
    section: salesforceTasks,
  },
  slack: {
    mounts: [
      { path: "/sandbox/slack/api", app: slack },
      { path: "/sandbox/slack/actions", app: responseUrls },
      { path: "/sandbox/slack/person", app: person },
    ],
    collections: {
      channels: slackStore.Channel,
      users: slackStore.User,
      messages: slackStore.Message,
      views: View,
      ephemerals: Ephemeral,
    },
    failure: (status) => ({ ok: false, error: status === 429 ? "ratelimited" : "internal_error" }),
  },
  gmail: {
    mounts: [
      { path: "/sandbox/gmail", app: gmail },
      { path: "/sandbox/google/token", app: google },
    ],
    collections: { mailboxes: gmailStore.Mailbox, messages: gmailStore.Message, drafts: gmailStore.Draft },
    failure: (status) => ({
      error: {
        code: status,
        message: status === 429 ? "Rate Limit Exceeded" : "Backend Error",
        errors: [
          {
            message: status === 429 ? "Rate Limit Exceeded" : "Backend Error",
            domain: "global",
            reason: status === 429 ? "rateLimitExceeded" : "backendError",
          },
        ],
        status: status === 429 ? "RESOURCE_EXHAUSTED" : "UNAVAILABLE",
      },
    }),
  },
  msgraph: msgraphSystem,
  outreach: outreachSystem,
  salesloft: salesloftSystem,
  apollo: apolloSystem,
  resend: resendSystem,
  teams: teamsSystem,
  webhook: webhookSystem,
  model: modelSystem,
};

export function isSystemName(name: string): name is SystemName {
  return SYSTEM_NAMES.some((known) => known === name);
}
