// The trail's chain, for `npm run verify-trail` and for who verifies by other means. Rule: operators only; what is served
// is what is kept, unjudged.
import { Hono } from "hono";
import * as z from "zod";
import { badQuery, operatorsOnly } from "#web/api/api-problem.ts";
import { limitParameter, parseQuery } from "#web/api/query.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { ConsoleDeps } from "../deps.ts";

/** A link has up to 250 signals, so that a page stays in what one answer of D1 holds. */
const LinksQuery = z.object({ after: z.coerce.number().int().min(0).default(0), limit: limitParameter(10, 20) });

export function trailApi({ chain }: Pick<ConsoleDeps, "chain">): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();
  api.use(async (c, next) => (c.var.identity.role === "operator" ? next() : operatorsOnly(c.var.requestId)));

  api.get("/", async (c) => {
    const query = parseQuery(LinksQuery, c.req.query());
    if (!query.ok) return badQuery(c.var.requestId, query.errors);
    const links = await chain.links(query.value.after, query.value.limit);
    const last = links.at(-1);
    return c.json({ links, next_after: last === undefined || links.length < query.value.limit ? null : last.seq });
  });

  api.get("/anchors", async (c) => c.json({ anchors: await chain.anchors() }));
  return api;
}
