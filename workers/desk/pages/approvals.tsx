// The approvals pages: the list, one action, and the forms that decide. Rule: a form answers with a redirect (303), so
// that reloading never decides twice; a refusal answers with a page that shows what is true now.
import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import type { Identity } from "#web/auth/identity.ts";
import { Layout } from "#web/components/layout.tsx";
import { TYPE_WORDS } from "#web/components/words.ts";
import { parseCursor } from "#web/cursor.ts";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import { parseDecision } from "../api/decision-body.ts";
import { ActionCard } from "../components/action-card.tsx";
import { currentAction, decideAction } from "../decide-action.ts";
import type { DeskDeps } from "../deps.ts";
import type { OwnerFilter } from "../read-model.ts";
import { REFUSAL_STATUS } from "../refusal-status.ts";
import { stampOf } from "../stamp.ts";
import { ApprovalsView, type View } from "./approvals-view.tsx";
import { flashText } from "./flash.ts";
import { DECIDED_COOKIE, freshActions, rememberCookie, rememberedIds, withFresh } from "./fresh-actions.ts";
import { RefusalPage } from "./refusal-page.tsx";

const PAGE_SIZE = 20;
const SETTLED_SIZE = 10;

export function approvalsPages(deps: DeskDeps): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();

  pages.get("/", async (c) => {
    const { frame, identity } = c.var;
    const view = viewOf(c.req.query("view"), identity);
    const cursor = parseCursor(c.req.query("cursor") ?? "");
    const owner: OwnerFilter = view === "mine" ? { kind: "waits_for", email: identity.email } : { kind: "everyone" };
    const [page, recent, fresh] = await Promise.all([
      deps.readModel.pending(owner, PAGE_SIZE, cursor),
      deps.readModel.recent("decided", owner, SETTLED_SIZE),
      freshActions(rememberedIds(getCookie(c, DECIDED_COOKIE)), deps),
    ]);
    const lists = withFresh({ pending: page.items, settled: recent }, fresh);
    const poll = new URLSearchParams({ state: "pending", limit: String(PAGE_SIZE) });
    if (view === "mine") poll.set("owner", "me");
    const cursorText = c.req.query("cursor");
    if (cursor !== null && cursorText !== undefined) poll.set("cursor", cursorText);
    return c.html(
      <ApprovalsView
        frame={frame}
        view={view}
        {...lists}
        nextCursor={page.nextCursor}
        stamp={await stampOf(page.items)}
        pollUrl={`/api/approvals?${poll}`}
        flash={flashText(c.req.query("done"), fresh.get(c.req.query("action") ?? ""))}
      />,
    );
  });

  pages.get("/:action_id", async (c) => {
    const { frame } = c.var;
    const outcome = await currentAction(c.req.param("action_id"), deps);
    if (!outcome.ok) {
      return c.html(<RefusalPage frame={frame} refusal={outcome.refusal} />, REFUSAL_STATUS[outcome.refusal.code]);
    }
    return c.html(
      <Layout frame={frame} title={TYPE_WORDS[outcome.snapshot.action.type].name}>
        <ActionCard snapshot={outcome.snapshot} frame={frame} />
      </Layout>,
    );
  });

  for (const verb of ["approve", "reject", "snooze"] as const) {
    pages.post(`/:action_id/${verb}`, async (c) => {
      const { frame, identity } = c.var;
      const actionId = c.req.param("action_id");
      const form = await c.req.parseBody();
      const body = verb === "snooze" ? { seconds: Number(form.seconds) } : form;
      const parsed = parseDecision(verb, body, deps.now());
      if (!parsed.ok) {
        const message = parsed.errors.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join("; ");
        return c.html(<MessagePage frame={frame} title="Something is missing" message={message} />, 422);
      }
      const outcome = await decideAction(actionId, parsed.decision, { identity, via: "page" }, deps);
      if (!outcome.ok) {
        return c.html(<RefusalPage frame={frame} refusal={outcome.refusal} />, REFUSAL_STATUS[outcome.refusal.code]);
      }
      c.header("set-cookie", rememberCookie(actionId, rememberedIds(getCookie(c, DECIDED_COOKIE))));
      return c.redirect(`/approvals?done=${verb}&action=${actionId}`, 303);
    });
  }
  return pages;
}

/** Whoever owns nothing by role looks at everybody's. */
function viewOf(asked: string | undefined, identity: Identity): View {
  if (asked === "mine" || asked === "everyone") return asked;
  return identity.role === "operator" ? "everyone" : "mine";
}
