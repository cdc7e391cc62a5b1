// An action adapter: the one file that knows how a type of action is done in one system. It is a plain value with one
// function. Rule: it makes its effect at most once per idempotency key; when an earlier attempt may have made it
// (`maybeDone`) the system is asked first.
import type * as z from "zod";
import type { TokenCache } from "#connectors/google-token.ts";
import type { ActionType, CreateTask, DraftFollowup, EnrollSequence, SendAlert, UpdateCrm } from "#contract/action.ts";
import { describeIssues } from "#contract/messages.ts";
import type { HttpPorts } from "#runtime/http.ts";
import type { ShareToken } from "#runtime/upstream-token.ts";
import type { ActionOutcome } from "./action-outcome.ts";

/** What one claim of an action tells its adapter. */
export type Attempt = {
  idempotencyKey: string;
  actionId: string;
  correlationId: string;
  /** An earlier attempt ended without a report: its effect may exist. */
  maybeDone: boolean;
  /** When the action was released, in epoch milliseconds; no effect of it is older. */
  releasedAtMs: number;
};

/** Variables and secrets that adapters read, by their names in wrangler.toml. Empty means not set. */
export type ActionSettings = Readonly<
  Record<
    | "HUBSPOT_API_URL"
    | "HUBSPOT_API_VERSION"
    | "HUBSPOT_ACCESS_TOKEN"
    | "SLACK_API_URL"
    | "SLACK_BOT_TOKEN"
    | "SLACK_ALERT_CHANNEL"
    | "GMAIL_API_URL"
    | "GMAIL_SERVICE_ACCOUNT",
    string
  >
>;

export type ActionPorts = HttpPorts & {
  settings: ActionSettings;
  googleTokens: TokenCache;
  /** One login for all isolates; without it each logs in by itself. */
  shareToken?: ShareToken;
};

export type ActionAdapter = {
  type: ActionType;
  target: string;
  /** Never throws; a throw is a bug of the adapter. */
  perform(content: unknown, attempt: Attempt, ports: ActionPorts): Promise<ActionOutcome>;
};

type ContentSchema =
  | typeof DraftFollowup
  | typeof UpdateCrm
  | typeof CreateTask
  | typeof SendAlert
  | typeof EnrollSequence;

/**
 * Makes an adapter of a contract schema, one of its targets and a function over its params. The content is parsed here,
 * because the Deal object that sent it may run another version of the contract.
 *
 * @example
 * export const sendAlertSlack = actionAdapter(SendAlert, "slack", async (params, attempt, ports) => { … });
 */
export function actionAdapter<Schema extends ContentSchema>(
  schema: Schema,
  target: z.infer<Schema>["target"],
  perform: (params: z.infer<Schema>["params"], attempt: Attempt, ports: ActionPorts) => Promise<ActionOutcome>,
): ActionAdapter {
  return {
    type: schema.shape.type.value,
    target,
    async perform(content, attempt, ports) {
      const parsed = schema.safeParse(content);
      if (parsed.success) return perform(parsed.data.params, attempt, ports);
      return { kind: "malformed", reason: describeIssues(parsed.error) };
    },
  };
}
