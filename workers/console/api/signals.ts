// The signals API: the list, and the whole trail of one. Rule: both come from the read model, about two seconds behind
// the pipeline, and an unknown id says so.
import { Hono } from "hono";
import * as z from "zod";
import { Fate } from "#contract/audit-step.ts";
import { badQuery, notFoundProblem } from "#web/api/api-problem.ts";
import { cursorParameter, limitParameter, parseQuery } from "#web/api/query.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { ConsoleDeps } from "../deps.ts";

const SignalsQuery = z.object({
  fate: Fate.optional(),
  limit: limitParameter(50, 200),
  before: cursorParameter,
});

export function signalsApi({ readModel }: Pick<ConsoleDeps, "readModel">): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();

  api.get("/", async (c) => {
    const query = parseQuery(SignalsQuery, c.req.query());
    if (!query.ok) return badQuery(c.var.requestId, query.errors);
    const { fate, limit, before } = query.value;
    const page = await readModel.signals(fate ?? null, limit, before);
    return c.json({ signals: page.items, next_cursor: page.nextCursor });
  });

  api.get("/:signal_id", async (c) => {
    const signalId = c.req.param("signal_id");
    const [signal, trail, actions] = await Promise.all([
      readModel.signal(signalId),
      readModel.trail(signalId),
      readModel.actionsOf(signalId),
    ]);
    if (signal === null) {
      const detail = "No such signal. The trail is a few seconds behind; for a signal just sent, ask again.";
      return notFoundProblem(c.var.requestId, detail);
    }
    return c.json({ signal, trail, actions });
  });
  return api;
}
