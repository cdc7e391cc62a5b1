// The page a rep opens between two calls: what waits, in the order in which it runs out, and what was decided lately.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { ControlsView } from "#contract/controls.ts";
import { type Identity, notAllowedTo, seesAll } from "#web/auth/identity.ts";
import { ActionRow } from "#web/components/action-row.tsx";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { ActionCard } from "../components/action-card.tsx";
import { BulkForm } from "../components/bulk-form.tsx";
import { Choices, UndoForm } from "../components/decision-forms.tsx";
import { KeyboardHelp } from "../components/keyboard-help.tsx";
import { scopeWords } from "../pauses.ts";
import { isUndoable } from "../undoable.ts";
import type { Flash } from "./flash.ts";

export type View = "mine" | "team" | "everyone";

export type ApprovalsViewProps = {
  frame: Frame;
  identity: Identity;
  view: View;
  pending: readonly ActionSnapshot[];
  /** Nobody knows whether they happened. */
  unsure: readonly ActionSnapshot[];
  settled: readonly ActionSnapshot[];
  nextCursor: string | null;
  /** Of the pending list as the read model has it, for the script's poll of `pollUrl`. */
  stamp: string;
  pollUrl: string;
  /** What was decided just now, and the action while it can be taken back. */
  flash: Flash | null;
  /** Whose changes the list is about, in lower case; null is everybody's. */
  owners: readonly string[] | null;
  controls: ControlsView | null;
  reasons: readonly string[];
  people: readonly { email: string; name: string }[];
};

/** What somebody can choose between; the last is where they begin. */
export function viewsOf(identity: Identity): readonly View[] {
  if (seesAll(identity)) return ["mine", "everyone"];
  return identity.role === "manager" ? ["mine", "team"] : ["mine"];
}

const HEADINGS = { mine: "Waiting for you", team: "Waiting for your team", everyone: "Waiting for anyone" } as const;
const TABS = { mine: "Mine", team: "My team’s", everyone: "Everyone’s" } as const;

export function ApprovalsView(props: ApprovalsViewProps) {
  const { frame, identity, view, pending, unsure, settled, nextCursor, controls } = props;
  const count = nextCursor === null ? String(pending.length) : `${pending.length}+`;
  const views = viewsOf(identity);
  const paused = controls?.pauses.filter(({ on }) => on.scope === "all" || on.scope === "type") ?? [];
  return (
    <Layout frame={frame} title={`Approvals (${count})`}>
      <div class="told">
        <p id="offline" class="message" role="alert" hidden>
          No connection: what you see may have changed meanwhile. It is tried again; reload the page to be sure.
        </p>
        <div id="news" role="status">
          {props.flash !== null && <News flash={props.flash} />}
        </div>
      </div>
      <div
        id="live"
        data-poll={props.pollUrl}
        data-stamp={props.stamp}
        data-live="/live"
        {...(props.owners === null ? {} : { "data-owners": props.owners.join(" ") })}
      >
        <div class="page-head">
          <h1>
            {HEADINGS[view]} <span class="count">{count}</span>
          </h1>
          {views.length > 1 && (
            <nav class="filter" aria-label="Whose actions">
              {views.map((each) => (
                <a href={`/approvals?view=${each}`} {...(each === view ? { "aria-current": "true" as const } : {})}>
                  {TABS[each]}
                </a>
              ))}
            </nav>
          )}
        </div>
        {paused.map(({ on, reason }) => (
          <p class="message">
            Paused: {scopeWords(on)}. {reason} <a href="/settings">Settings</a>
          </p>
        ))}
        {unsure.length > 0 && <h2 class="section-title">Please check</h2>}
        {unsure.map((snapshot) => (
          <ActionCard snapshot={snapshot} frame={frame} />
        ))}
        {pending.length === 0 ? (
          <Empty view={view} wider={views.find((each) => each !== "mine") ?? null} />
        ) : (
          pending.map((snapshot) => <ActionCard snapshot={snapshot} frame={frame} controls={controls} pickable />)
        )}
        {pending.some((snapshot) => notAllowedTo(identity, snapshot) === null) && <BulkForm />}
        {nextCursor !== null && (
          <p>
            <a class="button" href={`/approvals?view=${view}&cursor=${encodeURIComponent(nextCursor)}`}>
              Show later ones
            </a>
          </p>
        )}
        {settled.length > 0 && <Settled {...props} />}
      </div>
      <Choices reasons={props.reasons} people={props.people} />
      <KeyboardHelp />
    </Layout>
  );
}

function News({ flash: { text, undoable } }: { flash: Flash }) {
  return (
    <div class="flash">
      <p>{text}</p>
      {undoable !== null && <UndoForm snapshot={undoable} />}
    </div>
  );
}

function Settled({ settled, frame, identity }: ApprovalsViewProps) {
  return (
    <section aria-labelledby="recently">
      <h2 id="recently" class="section-title">
        Recently decided
      </h2>
      <ul class="rows">
        {settled.map((snapshot) => (
          <ActionRow snapshot={snapshot} now={frame.now} leadsTo="trail">
            {isUndoable(snapshot, frame.now) && notAllowedTo(identity, snapshot) === null && (
              <UndoForm snapshot={snapshot} />
            )}
          </ActionRow>
        ))}
      </ul>
    </section>
  );
}

/** `wider` is where others' wait, for whoever may see them. */
function Empty({ view, wider }: { view: View; wider: View | null }) {
  return (
    <div class="empty">
      <p class="empty-title">Nothing waits{view === "mine" ? " for you" : ""}.</p>
      <p>
        New drafts appear here by themselves. See{" "}
        {view === "mine" && wider !== null && (
          <>
            <a href={`/approvals?view=${wider}`}>what waits for your {wider === "team" ? "team" : "colleagues"}</a>, or{" "}
          </>
        )}
        <a href="/signals">which signals came in</a>.
      </p>
    </div>
  );
}
