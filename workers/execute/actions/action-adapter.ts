// An action adapter: the one file that knows how a type of action is done in one system. It is a plain value with one
// function. Rule: it makes its effect at most once per idempotency key; when an earlier attempt may have made it
// (`maybeDone`) the system is asked first.
import type * as z from "zod";
import type { TokenCache } from "#connectors/access-token.ts";
import type { SessionCache } from "#connectors/salesforce-login.ts";
import type { ActionType, CreateTask, DraftFollowup, EnrollSequence, SendAlert, UpdateCrm } from "#contract/action.ts";
import type { Effect, Undo } from "#contract/action-state.ts";
import { describeIssues } from "#contract/messages.ts";
import { undoTerms } from "#contract/undo.ts";
import type { HttpPorts } from "#runtime/http.ts";
import type { ShareToken } from "#runtime/upstream-token.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import type { CompensationOutcome } from "./compensation-outcome.ts";

/** What one claim of an action tells its adapter. */
export type Attempt = {
  idempotencyKey: string;
  actionId: string;
  correlationId: string;
  /** An earlier attempt ended without a report: its effect may exist. */
  maybeDone: boolean;
  /** What the earlier attempt kept before it acted; null when it did not come so far. */
  kept: Undo | null;
  /** When the action was released, in epoch milliseconds; no effect of it is older. */
  releasedAtMs: number;
};

/** Variables and secrets that adapters read, by their names in wrangler.toml. Empty means not set. */
export type ActionSettings = Readonly<
  Record<
    | "PUBLIC_URL"
    | "HUBSPOT_API_URL"
    | "HUBSPOT_API_VERSION"
    | "HUBSPOT_ACCESS_TOKEN"
    | "SALESFORCE_LOGIN_URL"
    | "SALESFORCE_API_VERSION"
    | "SALESFORCE_CLIENT_ID"
    | "SALESFORCE_USERNAME"
    | "SALESFORCE_PRIVATE_KEY"
    | "SLACK_API_URL"
    | "SLACK_BOT_TOKEN"
    | "SLACK_ALERT_CHANNEL"
    | "GMAIL_API_URL"
    | "GMAIL_SERVICE_ACCOUNT"
    | "MSGRAPH_API_URL"
    | "MSGRAPH_LOGIN_URL"
    | "MSGRAPH_TENANT_ID"
    | "MSGRAPH_CLIENT_ID"
    | "MSGRAPH_CLIENT_SECRET"
    | "RESEND_API_URL"
    | "RESEND_API_KEY"
    | "TEAMS_WEBHOOK_URL"
    | "ALERT_WEBHOOK_URL"
    | "ALERT_WEBHOOK_SECRET"
    | "OUTREACH_API_URL"
    | "OUTREACH_CLIENT_ID"
    | "OUTREACH_CLIENT_SECRET"
    | "OUTREACH_REFRESH_TOKEN"
    | "SALESLOFT_API_URL"
    | "SALESLOFT_LOGIN_URL"
    | "SALESLOFT_CLIENT_ID"
    | "SALESLOFT_API_KEY"
    | "APOLLO_API_URL"
    | "APOLLO_API_KEY",
    string
  >
>;

export type ActionPorts = HttpPorts & {
  settings: ActionSettings;
  /** Logins of this isolate, to mailboxes and to systems. */
  accessTokens: TokenCache;
  /** Sessions of this isolate in Salesforce. */
  salesforceSessions?: SessionCache;
  /** Keeps what will undo the effect, for an attempt that never reports; false when that failed: then do not act. */
  keep?: (undo: Undo) => Promise<boolean>;
  /** One login for all isolates; without it each logs in by itself. */
  shareToken?: ShareToken;
};

export type ActionAdapter = {
  type: ActionType;
  target: string;
  /** Never throws; a throw is a bug of the adapter. */
  perform(content: unknown, attempt: Attempt, ports: ActionPorts): Promise<ActionOutcome>;
  /** Takes `effect`, which `perform` made, back. Repeated safely: what is gone already is taken back. Never throws. */
  compensate(content: unknown, effect: Effect, attempt: Attempt, ports: ActionPorts): Promise<CompensationOutcome>;
};

type Perform<Params> = (params: Params, attempt: Attempt, ports: ActionPorts) => Promise<ActionOutcome>;
type Compensate<Params> = (
  params: Params,
  effect: Effect,
  attempt: Attempt,
  ports: ActionPorts,
) => Promise<CompensationOutcome>;

type ContentSchema =
  | typeof DraftFollowup
  | typeof UpdateCrm
  | typeof CreateTask
  | typeof SendAlert
  | typeof EnrollSequence;

/**
 * Makes an adapter of a contract schema, one of its targets and functions over its params: one that performs it and,
 * where the system allows it, one that takes it back. The content is parsed here, because the Deal object that sent it
 * may run another version of the contract.
 *
 * @example
 * export const sendAlertSlack = actionAdapter(SendAlert, "slack", async (params, attempt, ports) => { … });
 */
export function actionAdapter<Schema extends ContentSchema>(
  schema: Schema,
  target: z.infer<Schema>["target"],
  perform: Perform<z.infer<Schema>["params"]>,
  compensate?: Compensate<z.infer<Schema>["params"]>,
): ActionAdapter {
  return {
    type: schema.shape.type.value,
    target,
    async perform(content, attempt, ports) {
      const parsed = schema.safeParse(content);
      if (parsed.success) return perform(parsed.data.params, attempt, ports);
      return { kind: "malformed", reason: describeIssues(parsed.error) };
    },
    async compensate(content, effect, attempt, ports) {
      const parsed = schema.safeParse(content);
      if (!parsed.success) return { kind: "malformed", reason: describeIssues(parsed.error) };
      if (compensate !== undefined) return compensate(parsed.data.params, effect, attempt, ports);
      const { note, by_hand } = undoTerms(parsed.data);
      return { kind: "compensation_failed", reason: note, remains: by_hand };
    },
  };
}
