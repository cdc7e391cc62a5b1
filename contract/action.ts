// An action: one thing to do in one external system. The same shape travels in a plan, lives in the Deal object
// and is released on `actions`. Rule: `content_hash` covers what the outside will see (type, target, params);
// whoever approves names the hash they saw, so nobody approves what they have not read.
import * as z from "zod";
import { Instant, Priority, Reference } from "./envelope.ts";
import { Owner } from "./signal-enriched.ts";

const Text = z.string().trim().min(1, "expected some text");
const Email = z.email().max(320);

/** As a mail's `thread_id`: it answers what the first recipient wrote last, if they wrote lately. */
export const LATEST_THREAD = "latest";

/**
 * A mail drafted in the rep's own mailbox and sent on release. `from` is the rep; `thread_id` continues a thread of that
 * mailbox (or LATEST_THREAD), under the thread's subject; null begins a new one.
 */
export const DraftFollowup = z.object({
  type: z.literal("draft_followup"),
  target: z.enum(["gmail", "msgraph", "resend"]),
  params: z.object({
    from: Email,
    to: z
      .array(z.object({ email: Email, name: z.string().max(300).nullable() }))
      .min(1)
      .max(20),
    subject: Text.max(500),
    body: Text.max(20_000),
    thread_id: z.string().max(500).nullable(),
    /** `draft` leaves it in the rep's drafts on release; only mailboxes can. */
    deliver: z.enum(["send", "draft"]).default("send"),
  }),
});

export const UpdateCrm = z.object({
  type: z.literal("update_crm"),
  target: z.enum(["hubspot", "salesforce"]),
  params: z.object({
    record: Reference,
    object: Text.max(100),
    property: Text.max(200),
    value: z.string().max(10_000).nullable(),
  }),
});

/** A task in the CRM, associated with the deal and its contacts. `due_at` is when the owner is expected to do it. */
export const CreateTask = z.object({
  type: z.literal("create_task"),
  target: z.enum(["hubspot", "salesforce"]),
  params: z.object({
    subject: Text.max(500),
    body: z.string().max(10_000),
    due_at: Instant,
    owner_id: Reference.nullable(),
    importance: z.enum(["low", "medium", "high"]),
    kind: z.enum(["email", "call", "todo"]),
    deal_id: Reference.nullable(),
    contact_ids: z.array(Reference).max(20),
    account_id: Reference.nullable(),
  }),
});

/**
 * `channel` null means the deployment's default alert channel; `owner` as channel is a direct message to `to_email`.
 * `thread_key`, for example the deal, keeps alerts about one thing in one thread.
 */
export const SendAlert = z.object({
  type: z.literal("send_alert"),
  target: z.enum(["slack", "teams", "webhook"]),
  params: z.object({
    channel: z.string().max(100).nullable(),
    text: Text.max(3_000),
    url: z.url().max(2_000).nullable(),
    to_email: Email.nullable().default(null),
    thread_key: z.string().max(200).nullable().default(null),
  }),
});

export const EnrollSequence = z.object({
  type: z.literal("enroll_sequence"),
  target: z.enum(["hubspot", "outreach", "salesloft", "apollo"]),
  params: z.object({ sequence_id: Text.max(200), contact_id: Reference, sender: Email }),
});

/** Type, target and params: what an adapter performs, and what `content_hash` is computed over. */
export const ActionContent = z.discriminatedUnion(
  "type",
  [DraftFollowup, UpdateCrm, CreateTask, SendAlert, EnrollSequence],
  { error: ({ code, input }) => (code === "invalid_union" ? unknownType(input) : undefined) },
);
export type ActionContent = z.infer<typeof ActionContent>;
export type ActionType = ActionContent["type"];

/** Named, so that a dead letter says what somebody asked for. */
function unknownType(input: unknown): string {
  const type = JSON.stringify(Reflect.get(Object(input), "type")) ?? "nothing";
  return `there is no action type ${type.slice(0, 100)}; there are ${ACTION_TYPES.join(", ")}`;
}

export const ACTION_TYPES = [
  "draft_followup",
  "update_crm",
  "create_task",
  "send_alert",
  "enroll_sequence",
] as const satisfies readonly ActionType[];

/**
 * `auto` runs at once; otherwise a person decides within `ttl_seconds`, after which it executes or expires by itself,
 * or goes on waiting for a person (`wait`). `escalate_before_seconds` is how long before the deadline
 * the owner's manager is asked, 0 for never.
 */
export const Approval = z.union([
  z.literal("auto"),
  z.object({
    ttl_seconds: z
      .int()
      .min(1)
      .max(30 * 86_400),
    on_timeout: z.enum(["execute", "expire", "wait"]),
    escalate_before_seconds: z
      .int()
      .min(0)
      .max(30 * 86_400)
      .default(0),
  }),
]);

/** Local hours in which an action may run unattended: `from` and `to` are `HH:MM`, days 1 (Monday) to 7. */
export const Hours = z.object({
  time_zone: z.string().max(64),
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  to: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  days: z.array(z.int().min(1).max(7)).min(1).max(7),
});
export type Hours = z.infer<typeof Hours>;
export type Approval = z.infer<typeof Approval>;

export const ActionId = z.string().regex(/^act_[a-z2-7]{26}$/, "expected act_ and 26 base32 characters");
/** SHA-256 of the canonical JSON of {type, target, params}, 64 hex digits. */
export const ContentHash = z.string().regex(/^[0-9a-f]{64}$/);

const ActionFields = z.object({
  action_id: ActionId,
  /** The rule that asked for it, or `model` or `fallback`. */
  rule_id: Text.max(100),
  /** One sentence for the rep: why this is proposed. */
  reason: Text.max(1_000),
  /** The person under whose name it goes out, or null when nobody owns the subject. */
  owner: Owner.nullable(),
  /** What the reason rests on, for the page: `Days to close` and `12`. */
  facts: z
    .array(z.object({ label: z.string().max(100), value: z.string().max(500) }))
    .max(20)
    .default([]),
  /** What happened around the deal before, for the page: the newest of each kind of signal, newest first. */
  recent_signals: z
    .array(z.object({ signal_id: z.string().max(40), event: z.string().max(200), fired_at: Instant }))
    .max(5)
    .optional(),
  priority: Priority,
  approval: Approval,
  /** A CEL expression that must still hold before an unattended run, or null when it always does. */
  still_valid: z.string().max(2_000).nullable(),
  /** Hours outside which an unattended run waits; null when any time is right. */
  hours: Hours.nullable().default(null),
  /** Within this time after a similar action (same rule, type and subject) a new one folds into the earlier one. */
  cool_down_seconds: z
    .int()
    .min(0)
    .max(90 * 86_400),
  /** Handed to the external system wherever it takes one; stable over edits, retries and replays. */
  idempotency_key: Text.max(200),
  content_hash: ContentHash,
});

export const Action = z.intersection(ActionFields, ActionContent);
export type Action = z.infer<typeof Action>;
