// The erasures API: an operator has somebody forgotten. Rules: the console only asks, `ledger` carries it out; the answer
// and the status name nobody, so that an erasure does not itself become a record of the person.
import { Hono } from "hono";
import { invalidBody, notFoundProblem, notJson, notQueued, operatorsOnly } from "#web/api/api-problem.ts";
import { ErasureBody } from "#web/api/erasure-body.ts";
import { fieldErrors } from "#web/api/field-error.ts";
import type { SignedInEnv } from "#web/deps.ts";
import { askErasure } from "../ask-erasure.ts";
import type { ConsoleDeps } from "../deps.ts";

export function erasuresApi(deps: ConsoleDeps): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();
  api.use(async (c, next) => (c.var.identity.role === "operator" ? next() : operatorsOnly(c.var.requestId)));

  api.post("/", async (c) => {
    const { requestId, identity } = c.var;
    const body: unknown = await c.req.json().catch(() => undefined);
    if (body === undefined) return notJson(requestId);
    const parsed = ErasureBody.safeParse(body);
    if (!parsed.success) return invalidBody(requestId, fieldErrors(parsed.error));
    const erasureId = await askErasure(parsed.data, identity.email, requestId, deps);
    if (erasureId === null) return notQueued(requestId);
    const status = `/api/erasures/${erasureId}`;
    c.header("location", status);
    return c.json({ erasure_id: erasureId, status }, 202);
  });

  api.get("/:erasure_id", async (c) => {
    const erasure = await deps.readModel.erasure(c.req.param("erasure_id"));
    if (erasure !== null) return c.json(erasure);
    const detail = "No such erasure, or its first sweep has not ended; ask again in a few seconds.";
    return notFoundProblem(c.var.requestId, detail);
  });
  return api;
}
