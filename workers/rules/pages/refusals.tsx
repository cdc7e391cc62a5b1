// What the pages refuse, and what to do instead.
import type { Context } from "hono";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";

/** 404. */
export function unknownVersionPage(c: Context<SignedInEnv>): Response | Promise<Response> {
  const message = "The rules page lists those that there are.";
  return c.html(<MessagePage frame={c.var.frame} title="No such version" message={message} />, 404);
}

/** 403, for what a page offers to operators alone. */
export function operatorsOnlyPage(c: Context<SignedInEnv>): Response | Promise<Response> {
  const message = "Only an operator changes the rules; everybody may read them and try them on the past.";
  return c.html(<MessagePage frame={c.var.frame} title="Not allowed" message={message} />, 403);
}
