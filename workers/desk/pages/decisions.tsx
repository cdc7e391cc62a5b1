// The forms that decide on one action. Rule: a form answers with a redirect (303), so that reloading never decides
// twice; a refusal answers with a page that shows what is true now.
import { type Context, Hono } from "hono";
import { getCookie } from "hono/cookie";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import { parseDecision, type Verb } from "../api/decision-body.ts";
import { decideAction } from "../decide-action.ts";
import type { DeskDeps } from "../deps.ts";
import { REFUSAL_STATUS } from "../refusal-status.ts";
import { decidedCookieName, rememberCookie, rememberedIds } from "./fresh-actions.ts";
import { RefusalPage } from "./refusal-page.tsx";

type Form = Readonly<Record<string, unknown>>;

export function decisionPages(deps: DeskDeps): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  for (const verb of ["approve", "reject", "snooze", "undo", "settle"] as const) {
    pages.post(`/:action_id/${verb}`, async (c) => answer(c, verb, bodyOf(verb, await c.req.parseBody())));
  }
  pages.post("/:action_id/reassign", async (c) => {
    const { to } = await c.req.parseBody();
    const person = typeof to === "string" ? await deps.directory.person(to.trim()) : null;
    if (person !== null) return answer(c, "reassign", { to: { email: person.email, name: person.name } });
    const message = "Nobody here has this address. An operator adds colleagues under People.";
    return c.html(<MessagePage frame={c.var.frame} title="No such colleague" message={message} />, 422);
  });
  return pages;

  async function answer(c: Context<SignedInEnv>, verb: Verb, body: unknown): Promise<Response> {
    const { frame, identity } = c.var;
    const actionId = c.req.param("action_id") ?? "";
    const parsed = parseDecision(verb, body, deps.now());
    if (!parsed.ok) {
      const message = parsed.errors.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join("; ");
      return c.html(<MessagePage frame={frame} title="Something is missing" message={message} />, 422);
    }
    const outcome = await decideAction(actionId, parsed.decision, { identity, via: "page" }, deps);
    if (!outcome.ok) {
      return c.html(<RefusalPage frame={frame} refusal={outcome.refusal} />, REFUSAL_STATUS[outcome.refusal.code]);
    }
    const { url } = c.req;
    c.header("set-cookie", rememberCookie(url, [actionId], rememberedIds(getCookie(c, decidedCookieName(url)))));
    return c.redirect(`/approvals?done=${verb}&action=${actionId}`, 303);
  }
}

/** What a form sends as texts, as the decision wants it. */
function bodyOf(verb: Verb, form: Form): unknown {
  if (verb === "snooze") return { seconds: Number(form.seconds) };
  return verb === "settle" ? { happened: form.happened === "yes" } : form;
}
