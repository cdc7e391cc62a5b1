// What the tests of every site share: people, an action, a session, and the deps of a shell without a world behind it.
// Rule: snapshots parse as the contract's own.
import type { ActionContent } from "#contract/action.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { type Identity, LOCAL_OPERATOR } from "./auth/identity.ts";
import { signSession } from "./auth/session.ts";
import type { SiteDeps } from "./deps.ts";

export const ORIGIN = "http://localhost:8787";
export const NOON = Date.parse("2026-11-21T12:00:00.000Z");
const SECRET = "a secret for tests";
export const ANA = "ana.duarte@northwind.example";
export const BEN = "ben.okafor@northwind.example";
/** Leads Ana, not Ben. */
export const DANA = "dana.lee@northwind.example";
export const VERA = "vera.viewer@northwind.example";
export const OLA = "ola.operator@northwind.example";
export const HASH = "a".repeat(64);
export const SIGNAL_ID = `sig_${"b".repeat(26)}`;

/** `act_` and 26 letters that spell the number. */
export function actionId(number: number): string {
  return `act_${String.fromCharCode(97 + number).repeat(26)}`;
}

export const MAIL = {
  type: "draft_followup",
  target: "gmail",
  params: {
    from: ANA,
    to: [{ email: "lea.brandt@querbus.example", name: "Lea Brandt" }],
    subject: "Next steps on the platform rollout",
    body: "Hi Lea,\n\nit has been two weeks since we spoke.\n\nBest,\nAna",
    thread_id: null,
    deliver: "send",
  },
} satisfies ActionContent;

type Fields = Partial<Omit<ActionSnapshot, "action">> & {
  action?: Partial<Pick<ActionSnapshot["action"], "reason" | "owner" | "approval" | "content_hash" | "recent_signals">>;
  content?: ActionContent;
};

/** A follow-up that waits for Ana until four o'clock, unless `fields` say otherwise. */
export function snapshot(number: number, { action, content = MAIL, ...fields }: Fields = {}): ActionSnapshot {
  return {
    state: "pending",
    version: 2,
    subject: "hubspot:332507367156",
    subject_name: "Querbus – platform rollout",
    signal_id: SIGNAL_ID,
    correlation_id: "1".repeat(32),
    proposed_at: "2026-11-21T11:00:00.000Z",
    due_at: "2026-11-21T16:00:00.000Z",
    released_by: null,
    decided_by: null,
    decided_at: null,
    note: null,
    folded_signals: [],
    effect: null,
    error: null,
    shadow: false,
    held: null,
    undo_until: null,
    undo_note: null,
    escalated_to: null,
    ...fields,
    action: {
      action_id: actionId(number),
      rule_id: "idle-near-close",
      reason: "No activity for 14 days, and the deal closes in 12.",
      owner: { id: "hubspot:101", name: "Ana Duarte", email: ANA, time_zone: null, manager: null },
      facts: [],
      priority: "high",
      approval: { ttl_seconds: 14_400, on_timeout: "execute", escalate_before_seconds: 0 },
      still_valid: null,
      hours: null,
      cool_down_seconds: 0,
      idempotency_key: `key-${number}`,
      content_hash: HASH,
      ...content,
      ...action,
    },
  };
}

/** One of each role, and a second rep. */
export const PEOPLE: readonly Identity[] = [
  { email: ANA, role: "rep", team: [] },
  { email: BEN, role: "rep", team: [] },
  { email: DANA, role: "manager", team: [ANA] },
  { email: VERA, role: "viewer", team: [] },
  { email: OLA, role: "operator", team: [] },
];

/** The shell's deps at noon in local mode; what it logs is pushed to `logged`. */
export function siteDeps(logged: string[]): SiteDeps {
  return {
    settings: { AUTH_MODE: "local", SESSION_SECRET: SECRET, ACCESS_TEAM_DOMAIN: "", ACCESS_AUD: "", OPERATORS: "" },
    assets: { style: "body{}", script: "0;", icon: "<svg/>" },
    people: { identify: async (email) => PEOPLE.find((one) => one.email === email) ?? null },
    keysOf: () => () => Promise.reject(new Error("no keys in this test")),
    now: () => NOON,
    newRequestId: () => "f".repeat(32),
    log: (_level, event) => logged.push(event),
  };
}

/** The headers of a browser in which `email` is signed in. */
export async function browser(email: string = LOCAL_OPERATOR.email): Promise<Record<string, string>> {
  return {
    cookie: `dealwire=${await signSession(email, SECRET, NOON)}`,
    "sec-fetch-site": "same-origin",
    accept: "text/html",
  };
}
