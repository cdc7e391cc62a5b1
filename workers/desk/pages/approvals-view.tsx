// The page a rep opens between two calls: what waits, in the order in which it runs out, and what was decided lately.
import type { ActionSnapshot } from "#contract/action-state.ts";
import { ActionRow } from "#web/components/action-row.tsx";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { ActionCard } from "../components/action-card.tsx";
import { KeyboardHelp } from "../components/keyboard-help.tsx";

export type View = "mine" | "everyone";

export type ApprovalsViewProps = {
  frame: Frame;
  view: View;
  pending: readonly ActionSnapshot[];
  settled: readonly ActionSnapshot[];
  nextCursor: string | null;
  /** Of the pending list as the read model has it, for the script's poll of `pollUrl`. */
  stamp: string;
  pollUrl: string;
  flash: string | null;
};

export function ApprovalsView(props: ApprovalsViewProps) {
  const { frame, view, pending, settled, nextCursor } = props;
  const count = nextCursor === null ? String(pending.length) : `${pending.length}+`;
  return (
    <Layout frame={frame} title={`Approvals (${count})`}>
      <div id="live" data-poll={props.pollUrl} data-stamp={props.stamp}>
        <div class="page-head">
          <h1>
            {view === "mine" ? "Waiting for you" : "Waiting for anyone"} <span class="count">{count}</span>
          </h1>
          <nav class="filter" aria-label="Whose actions">
            <FilterLink view="mine" current={view} text="Mine" />
            <FilterLink view="everyone" current={view} text="Everyone’s" />
          </nav>
        </div>
        {props.flash !== null && (
          <p class="flash" role="status">
            {props.flash}
          </p>
        )}
        {pending.length === 0 ? (
          <Empty view={view} />
        ) : (
          pending.map((snapshot) => <ActionCard snapshot={snapshot} frame={frame} />)
        )}
        {nextCursor !== null && (
          <p>
            <a class="button" href={`/approvals?view=${view}&cursor=${encodeURIComponent(nextCursor)}`}>
              Show later ones
            </a>
          </p>
        )}
        {settled.length > 0 && (
          <section aria-labelledby="recently">
            <h2 id="recently" class="section-title">
              Recently decided
            </h2>
            <ul class="rows">
              {settled.map((snapshot) => (
                <ActionRow snapshot={snapshot} now={frame.now} leadsTo="trail" />
              ))}
            </ul>
          </section>
        )}
      </div>
      <KeyboardHelp />
    </Layout>
  );
}

function FilterLink({ view, current, text }: { view: View; current: View; text: string }) {
  return (
    <a href={`/approvals?view=${view}`} {...(view === current ? { "aria-current": "true" as const } : {})}>
      {text}
    </a>
  );
}

function Empty({ view }: { view: View }) {
  return (
    <div class="empty">
      <p class="empty-title">Nothing waits{view === "mine" ? " for you" : ""}.</p>
      <p>
        New drafts appear here by themselves. See{" "}
        {view === "mine" && (
          <>
            <a href="/approvals?view=everyone">what waits for your colleagues</a>, or{" "}
          </>
        )}
        <a href="/signals">which signals came in</a>.
      </p>
    </div>
  );
}
