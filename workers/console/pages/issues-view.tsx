// The causes of dead letters, the newest first.
import { Badge } from "#web/components/badge.tsx";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment } from "#web/components/moment.tsx";
import type { Label } from "#web/components/words.ts";
import type { IssueRow, ReplayRow } from "../letters/letter-store.ts";

const FILTERS = [
  { state: null, text: "Unresolved" },
  { state: "open", text: "Open" },
  { state: "acknowledged", text: "Acknowledged" },
  { state: "resolved", text: "Resolved" },
] as const;

export function issueLabel({ state, reopened }: Pick<IssueRow, "state" | "reopened">): Label {
  if (state === "resolved") return { text: "Resolved", tone: "good" };
  if (state === "acknowledged") return { text: "Acknowledged", tone: "waiting" };
  return { text: reopened > 0 ? "Reopened" : "Open", tone: "bad" };
}

const REPLAY_LABELS: Readonly<Record<ReplayRow["state"], Label>> = {
  running: { text: "Replaying", tone: "waiting" },
  done: { text: "Replayed", tone: "good" },
  aborted: { text: "Stopped", tone: "quiet" },
};

type Props = { frame: Frame; state: string | null; issues: readonly IssueRow[]; replays: readonly ReplayRow[] };

export function IssuesView({ frame, state, issues, replays }: Props) {
  return (
    <Layout frame={frame} title="Dead letters">
      <div class="page-head">
        <h1>Dead letters</h1>
        <span>
          <a class="button" href="/dead-letters/letters">
            All letters
          </a>{" "}
          <a class="button" href="/api/dead-letters/export">
            Export
          </a>
        </span>
      </div>
      <nav class="filter filter-wide" aria-label="By state">
        {FILTERS.map((each) => (
          <a
            href={each.state === null ? "/dead-letters" : `/dead-letters?state=${each.state}`}
            {...(each.state === state ? { "aria-current": "true" as const } : {})}
          >
            {each.text}
          </a>
        ))}
      </nav>
      {issues.length === 0 ? (
        <div class="empty">
          <p class="empty-title">{state === null ? "Every event was processed." : "None in this state."}</p>
          <p>Events that fail for good, or five times, are kept here whole with the reason, by cause.</p>
        </div>
      ) : (
        <ul class="rows">
          {issues.map((issue) => (
            <li class="row row-letter">
              <Badge label={issueLabel(issue)} />
              <div>
                <p class="row-title">
                  <a href={`/dead-letters/issues/${issue.fingerprint}`}>{issue.reason}</a>
                </p>
                <p class="quiet">
                  {issue.open} waiting of {issue.letters} · in {issue.stage}, on queue {issue.queue} ·{" "}
                  {issue.code.replaceAll("_", " ")}
                </p>
              </div>
              <p class="row-when quiet">
                <Moment at={issue.last_at} />
              </p>
            </li>
          ))}
        </ul>
      )}
      {replays.length > 0 && <Replays replays={replays} />}
    </Layout>
  );
}

function Replays({ replays }: Pick<Props, "replays">) {
  return (
    <section aria-labelledby="replays">
      <h2 id="replays" class="section-title">
        Last replays
      </h2>
      <ul class="rows">
        {replays.map(({ replay_id, state, done, total, requested_by, requested_at }) => (
          <li class="row row-letter">
            <Badge label={REPLAY_LABELS[state]} />
            <p class="row-title">
              <a href={`/dead-letters/replays/${replay_id}`}>
                {done} of {total}
              </a>{" "}
              <span class="quiet">by {requested_by}</span>
            </p>
            <p class="row-when quiet">
              <Moment at={requested_at} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
