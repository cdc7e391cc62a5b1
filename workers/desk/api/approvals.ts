// The approvals API: what waits, and a person's say over it. Rule: lists come from the read model, about five seconds
// behind; decisions and what they answer come from the Deal object.
import { Hono } from "hono";
import * as z from "zod";
import { ACTION_STATES, type ActionSnapshot } from "#contract/action-state.ts";
import { badQuery, invalidBody, notAllowed, notJson } from "#web/api/api-problem.ts";
import { cursorParameter, limitParameter, parseQuery } from "#web/api/query.ts";
import { type Identity, seesAll } from "#web/auth/identity.ts";
import type { Page } from "#web/cursor.ts";
import type { SignedInEnv } from "#web/deps.ts";
import { decideAction } from "../decide-action.ts";
import type { DeskDeps } from "../deps.ts";
import type { OwnerFilter } from "../read-model.ts";
import { stampOf } from "../stamp.ts";
import { parseDecision, VERBS } from "./decision-body.ts";
import { refusalProblem } from "./refusal-problem.ts";

const ApprovalsQuery = z.object({
  state: z.enum([...ACTION_STATES, "decided"]).default("pending"),
  /** An e-mail address, `me`: what waits for the caller, theirs and nobody's, or `team`: a manager's and their team's. All that the caller may see when left out. */
  owner: z.union([z.enum(["me", "team"]), z.email()]).optional(),
  limit: limitParameter(20, 100),
  cursor: cursorParameter,
});

export function approvalsApi(deps: DeskDeps): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();

  api.get("/", async (c) => {
    const query = parseQuery(ApprovalsQuery, c.req.query());
    if (!query.ok) return badQuery(c.var.requestId, query.errors);
    const { state, owner, limit, cursor } = query.value;
    const filter = ownerFilter(owner, c.var.identity);
    if (filter === null) return notAllowed(c.var.requestId, "You can see your own, and a manager those of their team.");
    const page: Page<ActionSnapshot> =
      state === "pending"
        ? await deps.readModel.pending(filter, limit, cursor)
        : { items: await deps.readModel.recent(state, filter, limit), nextCursor: null };
    const etag = `"${await stampOf(page.items)}"`;
    c.header("etag", etag);
    if (c.req.header("if-none-match") === etag) return c.body(null, 304);
    return c.json({ approvals: page.items, next_cursor: page.nextCursor });
  });

  for (const verb of VERBS) {
    api.post(`/:action_id/${verb}`, async (c) => {
      const body: unknown = await c.req.json().catch(() => undefined);
      if (body === undefined) return notJson(c.var.requestId);
      const parsed = parseDecision(verb, body, deps.now());
      if (!parsed.ok) return invalidBody(c.var.requestId, parsed.errors);
      const by = { identity: c.var.identity, via: "api" } as const;
      const outcome = await decideAction(c.req.param("action_id"), parsed.decision, by, deps);
      return outcome.ok ? c.json({ action: outcome.snapshot }) : refusalProblem(c.var.requestId, outcome.refusal);
    });
  }
  return api;
}

/** Null when the caller may not see those. */
function ownerFilter(owner: string | undefined, identity: Identity): OwnerFilter | null {
  const { email, team, role } = identity;
  const own = role === "manager" ? "team" : "me";
  const asked = owner ?? (seesAll(identity) ? "everyone" : own);
  if (asked === "everyone") return { kind: "everyone" };
  if (asked === "team") return { kind: "team", emails: [email, ...team] };
  if (asked === "me") return { kind: "waits_for", email };
  const isTheirs = [email, ...team].includes(asked.toLowerCase());
  return seesAll(identity) || isTheirs ? { kind: "owned_by", email: asked } : null;
}
