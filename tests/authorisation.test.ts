// Who may see and do what: every route of every site, with every role, on one's own deal and on another's. Rules: the
// routes come from the sites themselves, so one that this table does not know fails the test until somebody has said who
// may, and one that is gone does, too; whatever is answered to somebody who may not see a deal says nothing of it.
import type { Hono } from "hono";
import { describe, expect, test } from "vitest";
import type { SiteEnv } from "#web/deps.ts";
import {
  ANA,
  actionId,
  BEN,
  browser,
  DANA,
  HASH,
  MAIL,
  OLA,
  ORIGIN,
  SIGNAL_ID,
  snapshot,
  VERA,
} from "#web/sample-site.ts";
import { sampleConsole } from "../workers/console/sample-console.ts";
import { sampleDesk } from "../workers/desk/sample-desk.ts";
import { sampleRulesSite } from "../workers/rules/sample-rules-site.ts";

type Who = "stranger" | "viewer" | "rep" | "manager" | "operator";
const KNOWN = ["viewer", "rep", "manager", "operator"] as const;
const EMAILS = { viewer: VERA, rep: ANA, manager: DANA, operator: OLA } as const;

/** Ana is the rep, Dana her manager and not Ben's. */
const OWNERS = { own: ANA, foreign: BEN } as const;
const DECIDES = { own: ["rep", "manager", "operator"], foreign: ["operator"] } as const;
const SEES = { own: KNOWN, foreign: ["viewer", "operator"] } as const;
/** In everything that a deal, its action and its signal say. */
const SECRET = "Zeta secret";

const APPROVE = { content_hash: HASH };
const EDIT = { ...APPROVE, params: snapshot(1).action.params };
const PERSON = { name: "Nia", role: "rep" };
const EVERYTHING = { on: { scope: "all" }, reason: "trouble" };

type Rule =
  | { may: "anybody" | "known" | "overseer" | "operator" }
  /** By whose deal it is. */
  | { may: "looker" }
  /** By whose deal it is; the body is the one that is complete. */
  | { may: "decider"; body: Record<string, unknown> };
const anybody: Rule = { may: "anybody" };
const known: Rule = { may: "known" };
const overseer: Rule = { may: "overseer" };
const operator: Rule = { may: "operator" };
const looker: Rule = { may: "looker" };
const decider = (body: Record<string, unknown>): Rule => ({ may: "decider", body });

const TABLE: Readonly<Record<string, Rule>> = {
  "GET /healthz": anybody,
  "GET /assets/*": anybody,
  "GET /rules/assets/*": anybody,
  "GET /sign-in": anybody,
  "POST /sign-in": anybody,
  "POST /sign-out": anybody,
  // Proven by what they carry: Slack's signature, the link's own.
  "POST /slack/interactions": anybody,
  "GET /link/:token": anybody,
  "POST /link/:token": anybody,

  "GET /": known,
  "GET /live": known,
  "GET /approvals": known,
  "GET /approvals/:action_id": looker,
  // Whoever sees but may not decide is told so, too.
  "GET /approvals/:action_id/edit": decider({}),
  "GET /people": known,
  "GET /settings": known,
  "GET /api/openapi.json": known,
  "GET /api/approvals": known,
  "GET /api/people": known,
  "GET /api/controls": known,

  "POST /approvals/:action_id/approve": decider(APPROVE),
  "POST /approvals/:action_id/reject": decider({ reason: "no" }),
  "POST /approvals/:action_id/snooze": decider({ seconds: 3_600 }),
  "POST /approvals/:action_id/reassign": decider({ to: BEN }),
  "POST /approvals/:action_id/undo": decider({ reason: "wrong" }),
  "POST /approvals/:action_id/settle": decider({ happened: "yes" }),
  "POST /approvals/:action_id/edit": decider({ ...APPROVE, to: BEN, subject: "Hello", body: "Hi" }),
  "POST /api/approvals/:action_id/approve": decider(APPROVE),
  "POST /api/approvals/:action_id/reject": decider({ reason: "no" }),
  "POST /api/approvals/:action_id/edit": decider(EDIT),
  "POST /api/approvals/:action_id/snooze": decider({ seconds: 3_600 }),
  "POST /api/approvals/:action_id/reassign": decider({ to: { email: BEN, name: "Ben" } }),
  "POST /api/approvals/:action_id/escalate": decider({ to: { email: DANA, name: "Dana" } }),
  "POST /api/approvals/:action_id/undo": decider({}),
  "POST /api/approvals/:action_id/settle": decider({ happened: true }),
  "POST /api/approvals/:action_id/link": decider({ ...APPROVE, verb: "approve" }),
  // Each choice by its own rights; workers/desk/pages/bulk.test.ts.
  "POST /approvals/bulk": known,

  "GET /signals": known,
  "GET /signals/:signal_id": looker,
  "GET /api/signals": known,
  "GET /api/signals/:signal_id": looker,
  "GET /metrics": known,
  "GET /metrics.txt": known,
  "GET /api/metrics": known,
  "GET /api/alerts": known,

  "POST /api/erasures": operator,
  "GET /api/erasures/:erasure_id": operator,
  "GET /api/trail": operator,
  "GET /api/health": operator,
  "GET /api/trail/anchors": operator,
  "GET /erasures": operator,
  "POST /erasures": operator,
  "POST /metrics/mute": operator,
  "GET /dead-letters": overseer,
  "GET /dead-letters/issues/:fingerprint": overseer,
  "GET /dead-letters/letters": overseer,
  "GET /dead-letters/letters/preview": overseer,
  "GET /dead-letters/letters/:letter_id": overseer,
  "GET /dead-letters/replays/:replay_id": overseer,
  "GET /api/dead-letters": overseer,
  "GET /api/dead-letters/export": overseer,
  "GET /api/dead-letters/issues": overseer,
  "GET /api/dead-letters/replays/:replay_id": overseer,
  "POST /dead-letters/*": operator,
  "POST /dead-letters/letters/replay": operator,
  "POST /dead-letters/letters/discard": operator,
  "POST /dead-letters/letters/:letter_id/preview": operator,
  "POST /dead-letters/letters/:letter_id/replay": operator,
  "POST /dead-letters/letters/:letter_id/discard": operator,
  "POST /dead-letters/letters/:letter_id/mend": operator,
  "POST /dead-letters/issues/:fingerprint/:verb": operator,
  "POST /dead-letters/replays/:replay_id/abort": operator,
  "POST /api/dead-letters/discard": operator,
  "POST /api/dead-letters/replay": operator,
  "POST /api/dead-letters/replays/:replay_id/abort": operator,
  "POST /api/dead-letters/issues/:fingerprint/:verb": operator,
  "POST /api/dead-letters/:letter_id/mend": operator,
  "POST /api/alerts/mute": operator,
  "POST /api/raw/replay": operator,
  "POST /api/raw/:key{.+}/replay": operator,

  // For editors, which fetch it without a session; it is in the repository, too.
  "GET /rules/schema.json": anybody,
  "GET /rules/edit": operator,
  "POST /rules/edit": operator,
  "POST /rules/roll-back": operator,
  "POST /rules/:version/activate": operator,
  "PUT /api/rules": operator,
  "POST /api/rules/roll-back": operator,
  "POST /api/rules/:version/activate": operator,
  "GET /rules": known,
  "GET /rules/:version": known,
  "GET /api/rules": known,
  "GET /api/rules/:version": known,
  // Changes nothing, and shows examples.
  "POST /rules/:version/backtest": overseer,
  "POST /api/rules/backtest": overseer,

  "POST /people": operator,
  "PUT /api/people/:email": operator,
  // Of everything; one's own and the team's are in workers/desk/pauses.test.ts.
  "POST /settings/pause": operator,
  "POST /settings/resume": operator,
  "POST /settings/autopilot": operator,
  "POST /api/controls/pause": operator,
  "POST /api/controls/resume": operator,
  "POST /api/controls/autopilot": operator,
};

/** What an operator's route wants, where it reads the body before the role. */
const BODIES: Readonly<Record<string, Record<string, unknown>>> = {
  "POST /people": { ...PERSON, email: "nia@northwind.example" },
  "PUT /api/people/:email": PERSON,
  "POST /settings/pause": { scope: "all", reason: "trouble" },
  "POST /settings/resume": { scope: "all" },
  "POST /settings/autopilot": { type: "send_alert", level: "auto" },
  "POST /api/controls/pause": EVERYTHING,
  "POST /api/controls/resume": EVERYTHING,
  "POST /api/controls/autopilot": { type: "send_alert", level: "auto" },
};

type Site = Pick<Hono<SiteEnv>, "routes" | "request">;
type Whose = keyof typeof OWNERS;

const SIGNAL = {
  signal_id: SIGNAL_ID,
  correlation_id: "1".repeat(32),
  source: "hubspot",
  signal_type: "crm_event",
  event: "deal.stage_changed",
  subject: SECRET,
  deal_id: SECRET,
  account_id: SECRET,
  urgency: "high",
  fired_at: "2026-11-21T11:59:58.000Z",
  received_at: "2026-11-21T11:59:59.000Z",
  fate: "waiting",
  fate_at: "2026-11-21T12:00:00.000Z",
};

/** Each site anew for each request, with one action that waits and belongs to Ana or to Ben, and its signal. */
function sites(whose: Whose): Record<string, Site> {
  const email = OWNERS[whose];
  const owner = { id: "hubspot:1", name: "Somebody", email, time_zone: null, manager: null };
  const content = { ...MAIL, params: { ...MAIL.params, subject: SECRET, body: SECRET } };
  const actions = [snapshot(1, { action: { owner, reason: SECRET }, content, subject_name: SECRET, note: SECRET })];
  return {
    desk: sampleDesk({ actions }).desk,
    console: sampleConsole({ signals: [SIGNAL], actions, named: { [SIGNAL_ID]: [email] } }).site,
    rules: sampleRulesSite().site,
  };
}

function routesOf(site: Site): string[] {
  const handlers = site.routes.filter(({ method }) => method !== "ALL");
  return [...new Set(handlers.map(({ method, path }) => `${method} ${path}`))].sort();
}

async function ask(name: string, route: string, who: Who, whose: Whose): Promise<{ status: number; text: string }> {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern
    .replace(":action_id", actionId(1))
    .replace(":signal_id", SIGNAL_ID)
    .replace(":email", "nia@northwind.example")
    .replaceAll(/:\w+(\{[^}]+\})?/g, "x");
  const rule = ruleOf(route);
  const body = rule.may === "decider" ? rule.body : (BODIES[route] ?? {});
  const isApi = path.startsWith("/api/");
  // The API takes a caller without a session for the operator in local mode; a stranger has one that is forged.
  const session = who === "stranger" ? { cookie: "dealwire=forged", accept: "text/html" } : await browser(EMAILS[who]);
  const headers = {
    ...session,
    "sec-fetch-site": "same-origin",
    ...(isApi ? { "content-type": "application/json" } : {}),
  };
  const texts = Object.fromEntries(Object.entries(body).map(([key, value]) => [key, String(value)]));
  const sent = isApi ? JSON.stringify(body) : new URLSearchParams(texts);
  const site = sites(whose)[name];
  if (site === undefined) throw new Error(`no site ${name}`);
  const answer = await site.request(ORIGIN + path, { method, headers, ...(method === "GET" ? {} : { body: sent }) });
  return { status: answer.status, text: await answer.text() };
}

function ruleOf(route: string): Rule {
  const rule = TABLE[route];
  if (rule === undefined) throw new Error(`${route}: say in ${import.meta.url} who may`);
  return rule;
}

function mayAsk(rule: Rule, who: Who, whose: Whose): boolean {
  if (rule.may === "anybody") return true;
  if (who === "stranger") return false;
  switch (rule.may) {
    case "known":
      return true;
    case "overseer":
      return who === "viewer" || who === "operator";
    case "operator":
      return who === "operator";
    case "looker":
      return SEES[whose].some((each) => each === who);
    case "decider":
      return DECIDES[whose].some((each) => each === who);
  }
}

describe.each(Object.keys(sites("own")))("%s", (name) => {
  const site = sites("own")[name];
  const routes = site === undefined ? [] : routesOf(site);

  test.each(routes)("%s", async (route) => {
    const rule = ruleOf(route);
    for (const whose of ["own", "foreign"] as const) {
      for (const who of ["stranger", ...KNOWN] as const) {
        const { status, text } = await ask(name, route, who, whose);
        const told = `${who} on their ${whose}: ${status}`;
        if (rule.may === "anybody") expect([400, 200, 303, 403, 404, 422], told).toContain(status);
        else if (who === "stranger") expect([303, 401], told).toContain(status);
        else if (mayAsk(rule, who, whose)) expect([401, 403, 500], told).not.toContain(status);
        else expect(status, told).toBe(403);
        if (!SEES[whose].some((each) => each === who)) expect(text, told).not.toContain(SECRET);
      }
    }
  });
});

test("every route of the table is one of a site", () => {
  const routes = Object.values(sites("own")).flatMap(routesOf);
  expect(Object.keys(TABLE).filter((route) => !routes.includes(route))).toEqual([]);
});

test("whoever sees the list sees what is theirs in it", async () => {
  for (const [name, route] of [
    ["desk", "GET /approvals"],
    ["desk", "GET /api/approvals"],
    ["console", "GET /signals"],
    ["console", "GET /api/signals"],
  ] as const) {
    for (const who of ["rep", "manager", "viewer", "operator"] as const) {
      expect((await ask(name, route, who, "own")).text, `${who}: ${route}`).toContain(SECRET);
    }
  }
});

test("a person whom nobody has added gets in nowhere", async () => {
  for (const site of Object.values(sites("own"))) {
    for (const route of routesOf(site).filter((each) => ruleOf(each).may !== "anybody")) {
      const [method = "", path = ""] = route.split(" ");
      const headers = await browser("stranger@northwind.example");
      const answer = await site.request(ORIGIN + path, { method, headers });
      expect(answer.status, route).toBe(403);
    }
  }
});
