// Every system the sandbox stands in for, once: where it answers, how it words an injected error, and which
// collections can be seeded and are shown. Adding a stand-in is its file and one entry here.
import type { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import * as gmailStore from "./gmail/mailbox.ts";
import { gmail } from "./gmail.ts";
import { google } from "./google.ts";
import { OBJECT_TYPES } from "./hubspot/object-types.ts";
import { CrmObject, Owner } from "./hubspot/records.ts";
import { hubspot } from "./hubspot.ts";
import * as slackStore from "./slack/workspace.ts";
import { slack } from "./slack.ts";

export const SYSTEM_NAMES = ["hubspot", "slack", "gmail"] as const;
export type SystemName = (typeof SYSTEM_NAMES)[number];

export type System = {
  /** Where it answers, and the API behind it with that prefix taken off. */
  mounts: readonly { path: string; app: (deps: Deps) => Hono }[];
  collections: Readonly<Record<string, z.ZodType>>;
  /** The body of an error of that HTTP status, in the system's own words. */
  failure(status: number, id: string): unknown;
};

export const SYSTEMS: Readonly<Record<SystemName, System>> = {
  hubspot: {
    mounts: [{ path: "/sandbox/hubspot", app: hubspot }],
    collections: {
      ...Object.fromEntries(OBJECT_TYPES.map((type) => [type, CrmObject])),
      owners: Owner,
      // Custom properties, by `<type>.<name>`.
      properties: z.object({ id: z.string().regex(/^(contacts|companies|deals|tasks|notes)\.[a-z0-9_]+$/) }),
    },
    failure: (status, id) => ({
      status: "error",
      message: status === 429 ? "You have reached your ten_secondly_rolling limit." : "internal error",
      correlationId: id,
      ...(status === 429 ? { errorType: "RATE_LIMIT", policyName: "TEN_SECONDLY_ROLLING", requestId: id } : {}),
    }),
  },
  slack: {
    mounts: [{ path: "/sandbox/slack/api", app: slack }],
    collections: { channels: slackStore.Channel, users: slackStore.User, messages: slackStore.Message },
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
};

export function isSystemName(name: string): name is SystemName {
  return SYSTEM_NAMES.some((known) => known === name);
}
