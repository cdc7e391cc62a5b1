// The signals API: the list and its search, and the whole trail of one. Rule: both come from the read model, a few seconds
// behind the pipeline, and an unknown id says so.
import { Hono } from "hono";
import { badQuery, notAllowed, notFoundProblem } from "#web/api/api-problem.ts";
import { limitParameter, parseQuery } from "#web/api/query.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { ConsoleDeps } from "../deps.ts";
import { placeParameter, SignalFilter } from "../read-search.ts";
import { NOT_THEIRS, peopleSeenBy, seesSignal } from "../who-sees.ts";

const SignalsQuery = SignalFilter.extend({ limit: limitParameter(50, 200), before: placeParameter });

export function signalsApi({ readModel, readAside }: Pick<ConsoleDeps, "readModel" | "readAside">): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();

  api.get("/", async (c) => {
    const query = parseQuery(SignalsQuery, c.req.query());
    if (!query.ok) return badQuery(c.var.requestId, query.errors);
    const { limit, before, ...filter } = query.value;
    const page = await readModel.signals(filter, peopleSeenBy(c.var.identity), limit, before);
    return c.json({ signals: page.items, next_cursor: page.nextCursor });
  });

  api.get("/:signal_id", async (c) => {
    const found = await readModel.signal(c.req.param("signal_id"));
    if (found !== null) {
      const { terms, ...shown } = found;
      if (!(await seesSignal(c.var.identity, found))) return notAllowed(c.var.requestId, NOT_THEIRS);
      return c.json({ ...shown, trail: await Promise.all(shown.trail.map(readAside)) });
    }
    const detail = "No such signal. The trail is a few seconds behind; for a signal just sent, ask again.";
    return notFoundProblem(c.var.requestId, detail);
  });
  return api;
}
