// What is answered to a form or an address that leads nowhere.
import type { Context } from "hono";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";

/** 404 for what is not there, 422 for what lacks something, 503 for what a queue did not take. */
export function missing(c: Context<SignedInEnv>, message: string, status: 404 | 422 | 503 = 404) {
  const title = status === 404 ? "Not found" : "Not done";
  return c.html(<MessagePage frame={c.var.frame} title={title} message={message} />, status);
}
