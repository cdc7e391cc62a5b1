// A morning: many actions that all become due at the same moment, against limits that let them through little by little;
// and what the stand-ins saw of it. Rule: what was called how often is counted from the log of the stand-ins.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import * as z from "zod";
import { defaultPolicy } from "#runtime/upstream-limits.ts";
import { createTargetOf } from "#runtime/upstream-target.ts";
import { sampleBook } from "../../sandbox/book/sample-book.ts";
import type { Pipeline } from "./pipeline.ts";
import { type PlannedContent, putPlan } from "./plans.ts";

export const ACTIONS_A_DEAL = 5;
const FIRST_DEAL = 700_000;
const DEALS_AT_ONCE = 10;
const ORIGIN = "http://localhost:8787";

const BOOK = sampleBook(0);
const idsOf = (system: string, collection: string) =>
  BOOK.filter((one) => one.system === system && one.collection === collection).map(({ id }) => id);
const REPS = idsOf("gmail", "mailboxes").slice(0, 3);
const [OPPORTUNITY = ""] = idsOf("salesforce", "Opportunity");
const pick = <T>(all: readonly [T, ...T[]], n: number): T => all[n % all.length] ?? all[0];

function task(target: string, about: string, n: number): PlannedContent {
  const params = { owner_id: null, importance: "high", kind: "call", contact_ids: [], account_id: null, body: "" };
  const due = "2026-12-01T09:00:00.000Z";
  return { type: "create_task", target, params: { ...params, subject: `Morning ${n}`, due_at: due, deal_id: about } };
}

/** Five actions about the nth deal, in five systems; mail and the last one take turns in three. */
function contentsOf(n: number, channels: number): PlannedContent[] {
  const record = `hubspot:${FIRST_DEAL + n}`;
  const alert = (target: string, channel: string | null) => {
    return { type: "send_alert", target, params: { channel, text: `Morning ${n}`, url: null } };
  };
  const mail = {
    from: pick([REPS[0], ...REPS.slice(1)], Math.floor(n / 3)),
    to: [{ email: `morning.${n}@querbus.example`, name: null }],
    subject: `Morning ${n}`,
    body: "Hi",
    thread_id: null,
  };
  return [
    {
      type: "update_crm",
      target: "hubspot",
      params: { record, object: "deals", property: "hs_next_step", value: `Morning ${n}` },
    },
    task("hubspot", record, n),
    alert("slack", channelOf(n % channels)),
    { type: "draft_followup", target: pick(["gmail", "msgraph", "resend"], n), params: mail },
    pick([alert("teams", null), alert("webhook", null), task("salesforce", `salesforce:${OPPORTUNITY}`, n)], n),
  ];
}

const channelOf = (number: number) => `C0MORNING${number}`;

/**
 * Proposes five actions for each deal, all due in `openInSeconds`, or at once when proposing takes longer; answers when the
 * last is due, in epoch milliseconds.
 */
export async function propose(
  pipeline: Pipeline,
  { deals, channels, openInSeconds }: { deals: number; channels: number; openInSeconds: number },
): Promise<number> {
  for (let number = 0; number < channels; number += 1) {
    const answer = await pipeline.fetch(`/sandbox/slack/records/channels/${channelOf(number)}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: `morning-${number}`, is_member: true, user: null }),
    });
    if (!answer.ok) throw new Error(`seeding a channel: ${answer.status} ${await answer.text()}`);
  }
  const opensAt = Date.now() + openInSeconds * 1_000;
  for (let from = 0; from < deals; from += DEALS_AT_ONCE) {
    const some = Array.from({ length: Math.min(DEALS_AT_ONCE, deals - from) }, (_, n) => from + n);
    await Promise.all(
      some.map((n) => {
        const ttl = Math.max(1, Math.ceil((opensAt - Date.now()) / 1_000));
        const approval = { ttl_seconds: ttl, on_timeout: "execute", escalate_before_seconds: 0 };
        const contents = contentsOf(n, channels).map((content) => ({ ...content, approval }));
        return putPlan(pipeline, String(FIRST_DEAL + n), contents);
      }),
    );
  }
  return Math.max(opensAt, Date.now() + 1_000);
}

/**
 * Waits until nothing is left to do; how many actions are in each state. On a busy machine an answer may come too late: a
 * card in Teams, which can't be asked, is `unknown` then.
 */
export function settled(pipeline: Pipeline, count: number, timeoutMs: number): Promise<Record<string, number>> {
  return pipeline.until(
    `${count} actions settled`,
    async () => {
      const rows = await pipeline.query("SELECT state, count(*) AS n FROM approvals GROUP BY state");
      const states: Record<string, number> = Object.fromEntries(rows.map(({ state, n }) => [String(state), Number(n)]));
      const { executed = 0, unknown = 0, failed = 0, superseded = 0, expired = 0 } = states;
      return executed + unknown + failed + superseded + expired === count && states;
    },
    timeoutMs,
  );
}

/** How many effects came before their action was due. */
export async function early(pipeline: Pipeline): Promise<number> {
  const [row] = await pipeline.query(
    `SELECT count(*) AS n FROM approvals WHERE unixepoch(snapshot ->> '$.effect.at') <
       unixepoch(snapshot ->> '$.proposed_at') + (snapshot ->> '$.action.approval.ttl_seconds')`,
  );
  return Number(row?.n);
}

/** The stand-ins' collections in which the morning's effects are. */
const COLLECTIONS = {
  hubspot: ["deals", "tasks"],
  salesforce: ["Task"],
  slack: ["messages"],
  gmail: ["messages"],
  msgraph: ["messages"],
  resend: ["emails"],
  teams: ["cards"],
  webhook: ["deliveries"],
} as const;

/** A limit, the most calls that came within its window, and all calls, of how many channels or mailboxes together. */
export type Pressure = {
  system: string;
  kind: string;
  max: number;
  seconds: number;
  most: number;
  calls: number;
  keys: number;
};
export type Seen = {
  /** Every mention of a morning's number, in all systems: as often as there were effects. */
  effects: number;
  /** Those that are there more than once. */
  doubled: string[];
  /** Calls that a stand-in refused because they came too fast. */
  refused: number;
  pressures: Pressure[];
};

const State = z.record(
  z.string(),
  z.object({
    records: z.record(z.string(), z.array(z.unknown())),
    requests: z.array(
      z.object({ at: z.iso.datetime(), method: z.string(), path: z.string(), status: z.int(), body: z.string() }),
    ),
  }),
);

/** What the stand-ins saw. */
export async function seen(pipeline: Pipeline): Promise<Seen> {
  const env = parseEnv(readFileSync("sandbox/local.env", "utf8"));
  // The log blanks what opens something.
  const teams = env.TEAMS_WEBHOOK_URL?.replace(/sig=[^&]*/, "sig=…");
  const targetOf = createTargetOf({ ...env, TEAMS_WEBHOOK_URL: teams });
  const counts = new Map<string, number>();
  const times = new Map<string, number[]>();
  let refused = 0;
  for (const [system, collections] of Object.entries(COLLECTIONS)) {
    const state = State.parse(await pipeline.json(`/sandbox/state?system=${system}&requests=20000`))[system];
    for (const collection of collections) {
      for (const record of state?.records[collection] ?? []) {
        const number = /Morning \d+/.exec(JSON.stringify(record))?.[0];
        if (number === undefined) continue;
        const effect = `${system} ${collection} ${number}`;
        counts.set(effect, (counts.get(effect) ?? 0) + 1);
      }
    }
    for (const { at, method, path, status, body } of state?.requests ?? []) {
      if (status === 429) refused += 1;
      for (const key of targetOf(`${ORIGIN}${path}`, { method, body })?.keys ?? []) {
        const name = `${system} ${key}`;
        times.set(name, [...(times.get(name) ?? []), Date.parse(at)]);
      }
    }
  }
  return {
    effects: [...counts.values()].reduce((sum, count) => sum + count, 0),
    doubled: [...counts].flatMap(([effect, count]) => (count > 1 ? [effect] : [])),
    refused,
    pressures: pressuresOf(times),
  };
}

/** The hardest pressed key of each kind of limit. */
function pressuresOf(times: ReadonlyMap<string, number[]>): Pressure[] {
  const hardest = new Map<string, Pressure>();
  for (const [name, at] of times) {
    const [system = "", key = ""] = name.split(" ");
    const kind = key.replace(/:.*/s, "");
    const limit = defaultPolicy(system).limits[kind];
    if (limit === undefined) continue;
    const most = mostWithin(at, limit.windowMs);
    const before = hardest.get(`${system} ${kind}`);
    hardest.set(`${system} ${kind}`, {
      system,
      kind,
      max: limit.max,
      seconds: limit.windowMs / 1_000,
      most: Math.max(most, before?.most ?? 0),
      calls: (before?.calls ?? 0) + at.length,
      keys: (before?.keys ?? 0) + 1,
    });
  }
  return [...hardest.values()];
}

/** The most of `times`, in epoch milliseconds, that lie in any window of that length. */
function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let [most, from] = [0, 0];
  for (const [to, time] of sorted.entries()) {
    while ((sorted[from] ?? time) <= time - windowMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
