// A whole desk over hand-made fakes, for the tests of this folder. Rule: snapshots parse as the contract's own, every
// command to a Deal object is recorded, and each test changes only what it is about.
import type { ActionContent } from "#contract/action.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { DecideCommand, DecideResult } from "#contract/deal.ts";
import { LOCAL_OPERATOR } from "./auth/identity.ts";
import { signSession } from "./auth/session.ts";
import type { DealAnswer } from "./deal-client.ts";
import type { DeskDeps } from "./deps.ts";
import { createDesk } from "./desk.tsx";
import type { ReadModel } from "./read-model.ts";
import type { LetterRow, SignalRow, TrailStep } from "./read-rows.ts";

export const ORIGIN = "http://localhost:8787";
export const NOON = Date.parse("2026-11-21T12:00:00.000Z");
const SECRET = "a secret for tests";
export const ANA = "ana.duarte@northwind.example";
export const BEN = "ben.okafor@northwind.example";
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
  },
} satisfies ActionContent;

type Fields = Partial<Omit<ActionSnapshot, "action">> & {
  action?: Partial<Pick<ActionSnapshot["action"], "reason" | "owner" | "approval" | "content_hash">>;
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
    ...fields,
    action: {
      action_id: actionId(number),
      rule_id: "idle-near-close",
      reason: "No activity for 14 days, and the deal closes in 12.",
      owner: { id: "hubspot:101", name: "Ana Duarte", email: ANA },
      priority: "high",
      approval: { ttl_seconds: 14_400, on_timeout: "execute" },
      still_valid: null,
      cool_down_seconds: 0,
      idempotency_key: `key-${number}`,
      content_hash: HASH,
      ...content,
      ...action,
    },
  };
}

export type World = {
  actions: ActionSnapshot[];
  signals: SignalRow[];
  trail: TrailStep[];
  letters: LetterRow[];
  /** What each Deal object says; the same as the read model unless a test lets it run ahead. */
  now: Map<string, ActionSnapshot>;
  decide(command: DecideCommand): DealAnswer<DecideResult>;
};

/** A desk over `world`; `commands` are what reached a Deal object, `logged` the events logged. */
export function sampleDesk(given: Partial<World> = {}, changes: Partial<DeskDeps> = {}) {
  const actions = given.actions ?? [];
  const current = (id: string) => given.now?.get(id) ?? actions.find(({ action }) => action.action_id === id);
  const commands: DecideCommand[] = [];
  const logged: string[] = [];
  const deps: DeskDeps = {
    rawBodies: { has: async () => false, find: async () => ({ keys: [], more: false }) },
    publish: () => Promise.reject(new Error("nothing is published in this test")),
    newEventId: () => "019aa000-0000-7000-8000-000000000001",
    readModel: fakeReadModel({ signals: [], trail: [], letters: [], ...given, actions }),
    deal: {
      async list(subject) {
        const ids = actions.filter((each) => each.subject === subject).map(({ action }) => action.action_id);
        return { ok: true, value: ids.map(current).filter((each) => each !== undefined) };
      },
      async decide(_subject, command) {
        commands.push(command);
        if (given.decide !== undefined) return given.decide(command);
        const decided = current(command.action_id);
        if (decided === undefined) throw new Error("the test decides on an action that it did not give");
        return { ok: true, value: { ok: true, snapshot: { ...decided, state: "released", version: 3 } } };
      },
    },
    settings: { AUTH_MODE: "local", SESSION_SECRET: SECRET, ACCESS_TEAM_DOMAIN: "", ACCESS_AUD: "", OPERATORS: "" },
    assets: { style: "body{}", script: "0;", icon: "<svg/>" },
    keysOf: () => () => Promise.reject(new Error("no keys in this test")),
    now: () => NOON,
    newRequestId: () => "f".repeat(32),
    log: (_level, event) => logged.push(event),
    ...changes,
  };
  return { desk: createDesk(deps), commands, logged };
}

/** The headers of a browser in which `email` is signed in. */
export async function browser(email: string = LOCAL_OPERATOR.email): Promise<Record<string, string>> {
  return {
    cookie: `dealwire=${await signSession(email, SECRET, NOON)}`,
    "sec-fetch-site": "same-origin",
    accept: "text/html",
  };
}

function fakeReadModel(world: Omit<World, "now" | "decide">): ReadModel {
  const owned = (filter: Parameters<ReadModel["pending"]>[0]) =>
    world.actions.filter(({ action: { owner } }) => {
      if (filter.kind === "everyone") return true;
      return owner?.email === filter.email || (filter.kind === "waits_for" && owner === null);
    });
  return {
    pending: async (filter, limit) => {
      const pending = owned(filter).filter(({ state }) => state === "pending");
      return {
        items: pending.slice(0, limit),
        nextCursor: pending.length > limit ? `${"2026-11-21T16:00:00.000Z"}~${actionId(1)}` : null,
      };
    },
    recent: async (state, filter, limit) =>
      owned(filter)
        .filter((each) => (state === "decided" ? each.state !== "pending" : each.state === state))
        .slice(0, limit),
    action: async (id) => world.actions.find(({ action }) => action.action_id === id) ?? null,
    actionsOf: async (signalId) => world.actions.filter((each) => each.signal_id === signalId),
    owners: async () => [ANA, BEN],
    signals: async (fate, limit) => ({
      items: world.signals.filter((signal) => fate === null || signal.fate === fate).slice(0, limit),
      nextCursor: null,
    }),
    signal: async (id) => world.signals.find(({ signal_id }) => signal_id === id) ?? null,
    trail: async () => world.trail,
    deadLetters: async (limit) => ({ items: world.letters.slice(0, limit), nextCursor: null }),
  };
}
