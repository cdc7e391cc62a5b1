// The dead letters API: what could not be processed and still waits for a person, whole.
import { Hono } from "hono";
import * as z from "zod";
import { badQuery } from "#web/api/api-problem.ts";
import { cursorParameter, limitParameter, parseQuery } from "#web/api/query.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { ConsoleDeps } from "../deps.ts";

/** An event has up to 100 KB, so pages are short. */
const DeadLettersQuery = z.object({ limit: limitParameter(20, 50), before: cursorParameter });

export function deadLettersApi({ readModel }: Pick<ConsoleDeps, "readModel">): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();
  api.get("/", async (c) => {
    const query = parseQuery(DeadLettersQuery, c.req.query());
    if (!query.ok) return badQuery(c.var.requestId, query.errors);
    const { limit, before } = query.value;
    const page = await readModel.deadLetters(limit, before);
    return c.json({ dead_letters: page.items, next_cursor: page.nextCursor });
  });
  return api;
}
