// The rules API: what is in force, the versions, saving, activating and rolling back. Rule: everybody who is signed in
// reads, operators write; a document with mistakes is answered with each one's line and column.
import { Hono } from "hono";
import { invalidBody, notJson, operatorsOnly } from "#web/api/api-problem.ts";
import { fieldErrors } from "#web/api/field-error.ts";
import { RollBackBody, SaveRulesBody } from "#web/api/rules-body.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { RulesDeps } from "../deps.ts";
import { changedProblem, documentProblem, unknownVersion } from "./refusals.ts";

export function rulesApi({ versions, log }: Pick<RulesDeps, "versions" | "log">): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();

  api.get("/", async (c) => {
    const [active, all] = await Promise.all([versions.inForce(), versions.list()]);
    return c.json({ active, versions: all });
  });

  api.get("/:version", async (c) => {
    const stored = await versions.read(c.req.param("version"));
    return stored === null ? unknownVersion(c.var.requestId) : c.json(stored);
  });

  api.put("/", async (c) => {
    const { requestId, identity } = c.var;
    if (identity.role !== "operator") return operatorsOnly(requestId);
    const body: unknown = await c.req.json().catch(() => undefined);
    if (body === undefined) return notJson(requestId);
    const parsed = SaveRulesBody.safeParse(body);
    if (!parsed.success) return invalidBody(requestId, fieldErrors(parsed.error));
    const { document, note, activate } = parsed.data;
    const saved = await versions.save({ document, note, author: identity.email });
    if (!saved.ok) return documentProblem(requestId, saved.problems);
    log("info", "rules_saved", { version: saved.version, correlation_id: requestId });
    if (!activate) return c.json({ version: saved.version, active: false }, 201);
    const activated = await versions.activate(saved.version, identity.email);
    if (!activated.ok) return changedProblem(requestId, activated);
    log("info", "rules_activated", { version: saved.version, correlation_id: requestId });
    return c.json({ version: saved.version, active: true }, 201);
  });

  api.post("/roll-back", async (c) => {
    const { requestId, identity } = c.var;
    if (identity.role !== "operator") return operatorsOnly(requestId);
    const body: unknown = await c.req.json().catch(() => undefined);
    if (body === undefined) return notJson(requestId);
    const parsed = RollBackBody.safeParse(body);
    if (!parsed.success) return invalidBody(requestId, fieldErrors(parsed.error));
    const changed = await versions.rollBack(parsed.data.active, identity.email);
    if (!changed.ok) return changedProblem(requestId, changed);
    log("info", "rules_rolled_back", { version: changed.version, correlation_id: requestId });
    return c.json({ version: changed.version, active: true });
  });

  api.post("/:version/activate", async (c) => {
    const { requestId, identity } = c.var;
    if (identity.role !== "operator") return operatorsOnly(requestId);
    const changed = await versions.activate(c.req.param("version"), identity.email);
    if (!changed.ok) return changedProblem(requestId, changed);
    log("info", "rules_activated", { version: changed.version, correlation_id: requestId });
    return c.json({ version: changed.version, active: true });
  });
  return api;
}
