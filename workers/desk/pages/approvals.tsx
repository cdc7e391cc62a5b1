// The approvals pages to read: the list, and one action with what else there is on its deal. Rule: nothing here changes
// anything; the forms are answered by decisions.tsx and bulk.tsx.
import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { ControlsView } from "#contract/controls.ts";
import { type Identity, mayLookAt, notAllowedTo } from "#web/auth/identity.ts";
import { ActionRow } from "#web/components/action-row.tsx";
import { Layout } from "#web/components/layout.tsx";
import { TYPE_WORDS } from "#web/components/words.ts";
import { parseCursor } from "#web/cursor.ts";
import type { SignedInEnv } from "#web/deps.ts";
import { ActionCard } from "../components/action-card.tsx";
import { Choices } from "../components/decision-forms.tsx";
import { KeyboardHelp } from "../components/keyboard-help.tsx";
import { actionsOnDeal, type DecisionRefusal, notAllowed } from "../decide-action.ts";
import type { DeskDeps } from "../deps.ts";
import type { OwnerFilter } from "../read-model.ts";
import { REFUSAL_STATUS } from "../refusal-status.ts";
import { stampOf } from "../stamp.ts";
import { ApprovalsView, type View, viewsOf } from "./approvals-view.tsx";
import { flashOf } from "./flash.ts";
import { decidedCookieName, freshActions, rememberedIds, withFresh } from "./fresh-actions.ts";
import { RefusalPage } from "./refusal-page.tsx";

const PAGE_SIZE = 20;
const SETTLED_SIZE = 10;
/** Others on the deal; the trail has the rest. */
const RELATED_SIZE = 10;

export function approvalsPages(deps: DeskDeps): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();

  pages.get("/", async (c) => {
    const { frame, identity } = c.var;
    const view = viewOf(c.req.query("view"), identity);
    const cursorText = c.req.query("cursor") ?? "";
    const cursor = parseCursor(cursorText);
    const owner = filterOf(view, identity);
    const [page, unsure, recent, people, controls, remembered] = await Promise.all([
      deps.readModel.pending(owner, PAGE_SIZE, cursor),
      deps.readModel.recent("unknown", owner, SETTLED_SIZE),
      deps.readModel.recent("decided", owner, SETTLED_SIZE),
      deps.directory.list(),
      controlsOf(deps),
      freshActions(rememberedIds(getCookie(c, decidedCookieName(c.req.url))), deps),
    ]);
    // The cookie is the browser's; whoever handed an action over is still told that they did.
    const isShown = (each: ActionSnapshot) => mayLookAt(identity, each) || each.decided_by?.id === identity.email;
    const fresh = new Map([...remembered].filter(([, each]) => isShown(each)));
    const done = c.req.query("done");
    const decided = done === "bulk" ? fresh.values().next().value : fresh.get(c.req.query("action") ?? "");
    const settled = recent.filter(({ state }) => state !== "unknown");
    const lists = withFresh({ pending: page.items, unsure, settled }, fresh);
    const poll = new URLSearchParams({ state: "pending", limit: String(PAGE_SIZE) });
    if (view !== "everyone") poll.set("owner", view === "mine" ? "me" : "team");
    if (cursor !== null) poll.set("cursor", cursorText);
    return c.html(
      <ApprovalsView
        frame={frame}
        identity={identity}
        view={view}
        {...lists}
        nextCursor={page.nextCursor}
        stamp={await stampOf(page.items)}
        pollUrl={`/api/approvals?${poll}`}
        flash={flashOf(done, decided, frame.now)}
        owners={ownersOf(owner)}
        controls={controls}
        reasons={deps.rejectReasons}
        people={people}
      />,
    );
  });

  pages.get("/:action_id", async (c) => {
    const { frame, identity } = c.var;
    const found = await actionsOnDeal(c.req.param("action_id"), deps);
    const refusal = found.ok ? notShownTo(identity, found.snapshot) : found.refusal;
    if (refusal !== null) return c.html(<RefusalPage frame={frame} refusal={refusal} />, REFUSAL_STATUS[refusal.code]);
    if (!found.ok) return c.notFound();
    const [people, controls] = await Promise.all([deps.directory.list(), controlsOf(deps)]);
    const { snapshot, others } = found;
    const title = `${TYPE_WORDS[snapshot.action.type].name} for ${snapshot.subject_name ?? snapshot.subject}`;
    return c.html(
      <Layout frame={frame} title={title}>
        <div class="page-head">
          <h1>{title}</h1>
        </div>
        <ActionCard snapshot={snapshot} frame={frame} controls={controls} />
        <Choices reasons={deps.rejectReasons} people={people} />
        <OnThisDeal
          actions={others.filter((each) => mayLookAt(identity, each)).slice(0, RELATED_SIZE)}
          now={frame.now}
        />
        <KeyboardHelp />
      </Layout>,
    );
  });
  return pages;
}

function OnThisDeal({ actions, now }: { actions: readonly ActionSnapshot[]; now: number }) {
  if (actions.length === 0) return null;
  return (
    <section aria-labelledby="on-this-deal">
      <h2 id="on-this-deal" class="section-title">
        Other actions on this deal
      </h2>
      <ul class="rows">
        {actions.map((each) => (
          <ActionRow snapshot={each} now={now} leadsTo="trail" />
        ))}
      </ul>
    </section>
  );
}

/** Null when they can't be asked: the page is there all the same. */
async function controlsOf(deps: DeskDeps): Promise<ControlsView | null> {
  try {
    return await deps.controls().get();
  } catch (error) {
    deps.log("warn", "controls_not_reached", { reason: String(error) });
    return null;
  }
}

function notShownTo(identity: Identity, snapshot: ActionSnapshot): DecisionRefusal | null {
  const message = mayLookAt(identity, snapshot) ? null : notAllowedTo(identity, snapshot);
  return message === null ? null : notAllowed(message, snapshot);
}

/** Whoever owns nothing by role looks at everybody's, a manager at the team's. */
function viewOf(asked: string | undefined, identity: Identity): View {
  const views = viewsOf(identity);
  return views.find((view) => view === asked) ?? views.at(-1) ?? "mine";
}

function ownersOf(filter: OwnerFilter): readonly string[] | null {
  if (filter.kind === "everyone") return null;
  return (filter.kind === "team" ? filter.emails : [filter.email]).map((email) => email.toLowerCase());
}

function filterOf(view: View, { email, team }: Identity): OwnerFilter {
  if (view === "everyone") return { kind: "everyone" };
  return view === "team" ? { kind: "team", emails: [email, ...team] } : { kind: "waits_for", email };
}
