// What a signed link opens: the action as it is now, and one button. Rules: opening it changes nothing, whoever follows
// it; deciding takes the person whom the link names, with the rights they have today, and the content it was made for.
import { type Context, Hono } from "hono";
import { identify } from "#web/auth/authenticate.ts";
import { mayLookAt, notAllowedTo } from "#web/auth/identity.ts";
import { localSecret } from "#web/auth/local.ts";
import { Layout } from "#web/components/layout.tsx";
import { TYPE_WORDS, wordsOf } from "#web/components/words.ts";
import type { SiteEnv } from "#web/deps.ts";
import { authRefusalAnswer } from "#web/pages/auth-refusal.tsx";
import { MessagePage } from "#web/pages/message-page.tsx";
import { parseDecision } from "../api/decision-body.ts";
import { ActionCard } from "../components/action-card.tsx";
import { currentAction, decideAction } from "../decide-action.ts";
import type { DeskDeps } from "../deps.ts";
import { readLink } from "../links.ts";
import { REFUSAL_STATUS } from "../refusal-status.ts";
import { RefusalPage } from "./refusal-page.tsx";

const GONE = "This link has expired or is not complete. Sign in and decide on the page of approvals.";

export function linkPages(deps: DeskDeps): Hono<SiteEnv> {
  const pages = new Hono<SiteEnv>();

  pages.get("/:token", async (c) => {
    const { frame } = c.var;
    const link = await open(c);
    if (link instanceof Response) return link;
    const outcome = await currentAction(link.claims.action_id, deps);
    if (!outcome.ok)
      return c.html(<RefusalPage frame={frame} refusal={outcome.refusal} />, REFUSAL_STATUS[outcome.refusal.code]);
    const { snapshot } = outcome;
    const message = mayLookAt(link.identity, snapshot) ? null : notAllowedTo(link.identity, snapshot);
    if (message !== null)
      return c.html(<MessagePage frame={frame} title="This belongs to someone else" message={message} />, 403);
    const words = link.claims.verb === "approve" ? wordsOf(snapshot.action).approve : "Reject";
    const current = snapshot.state === "pending" && snapshot.action.content_hash === link.claims.content_hash;
    return c.html(
      <Layout frame={frame} title={TYPE_WORDS[snapshot.action.type].name}>
        <div class="page-head">
          <h1>{TYPE_WORDS[snapshot.action.type].name}</h1>
        </div>
        <ActionCard snapshot={snapshot} frame={frame} />
        {current ? (
          <form method="post" action={`/link/${c.req.param("token")}`} class="card edit">
            <p class="quiet">You decide as {link.claims.sub}.</p>
            {link.claims.verb === "reject" && (
              <label>
                Why not? The team reads this.
                <input name="reason" required maxlength={2000} />
              </label>
            )}
            <div class="decide">
              <button type="submit" class="primary">
                {words}
              </button>
            </div>
          </form>
        ) : (
          <p class="message">It is no longer what this link was made for. Sign in to decide on it as it is now.</p>
        )}
      </Layout>,
    );
  });

  pages.post("/:token", async (c) => {
    const { frame } = c.var;
    const link = await open(c);
    if (link instanceof Response) return link;
    const { claims, identity } = link;
    const { reason } = await c.req.parseBody();
    const body = claims.verb === "approve" ? { content_hash: claims.content_hash } : { reason };
    const parsed = parseDecision(claims.verb, body, deps.now());
    if (!parsed.ok)
      return c.html(<MessagePage frame={frame} title="Something is missing" message="Say why, in a few words." />, 422);
    const outcome = await decideAction(claims.action_id, parsed.decision, { identity, via: "link" }, deps);
    if (!outcome.ok)
      return c.html(<RefusalPage frame={frame} refusal={outcome.refusal} />, REFUSAL_STATUS[outcome.refusal.code]);
    const message = claims.verb === "approve" ? "It is on its way." : "It does not go out.";
    return c.html(<MessagePage frame={frame} title="Done" message={message} />);
  });
  return pages;

  async function open(c: Context<SiteEnv>) {
    const { settings } = deps;
    const isLocal = settings.AUTH_MODE.trim() === "local";
    const local = isLocal ? localSecret(new URL(c.req.url), settings.SESSION_SECRET) : null;
    if (local !== null && !local.ok) return authRefusalAnswer(c, local);
    const secret = settings.SESSION_SECRET.trim();
    const claims = secret === "" ? null : await readLink(c.req.param("token") ?? "", secret, deps.now());
    const identity = claims === null ? null : await identify(claims.sub, settings, deps);
    if (claims !== null && identity !== null) return { claims, identity };
    return c.html(<MessagePage frame={c.var.frame} title="This link does not work" message={GONE} />, 403);
  }
}
