// One cause of dead letters: what it is, what can be done, and its first open letters with their events.
import { Badge } from "#web/components/badge.tsx";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment } from "#web/components/moment.tsx";
import type { LetterRow } from "#web/read-rows.ts";
import type { IssueRow } from "../letters/letter-store.ts";
import { HowSelect } from "./how-field.tsx";
import { issueLabel } from "./issues-view.tsx";
import { LetterLine } from "./letter-line.tsx";
import { lettersUrl } from "./letter-list-view.tsx";

type Props = { frame: Frame; issue: IssueRow; letters: readonly LetterRow[] };

export function IssueView({ frame, issue, letters }: Props) {
  return (
    <Layout frame={frame} title="Dead letters">
      <div class="page-head">
        <h1>{issue.reason}</h1>
        <Badge label={issueLabel(issue)} />
      </div>
      <p class="quiet">
        {issue.open} waiting of {issue.letters} · in {issue.stage}, on queue {issue.queue} ·{" "}
        {issue.code.replaceAll("_", " ")} · first <Moment at={issue.first_at} />, last <Moment at={issue.last_at} />
        {issue.changed_by !== null && (
          <>
            {" "}
            · {issue.state} by {issue.changed_by}
          </>
        )}
      </p>
      {frame.identity?.role === "operator" && <Deeds issue={issue} />}
      <ul class="rows">
        {letters.map((letter) => (
          <LetterLine letter={letter} />
        ))}
      </ul>
      {issue.open > letters.length && (
        <p>
          <a href={lettersUrl("", { fingerprint: issue.fingerprint })}>All {issue.open}</a>
        </p>
      )}
    </Layout>
  );
}

function Deeds({ issue }: { issue: IssueRow }) {
  const action = (verb: string) => `/dead-letters/issues/${issue.fingerprint}/${verb}`;
  return (
    <div class="deeds">
      {issue.open > 0 && (
        <>
          <form method="post" action={action("preview")} class="switch">
            <HowSelect label="Replay" stage={issue.stage} /> <button type="submit">Preview</button>
          </form>
          <form method="post" action={action("discard")} class="switch">
            <label>
              Discard because <input name="reason" required maxlength={2_000} />
            </label>{" "}
            <button type="submit">Discard {issue.open}</button>
          </form>
        </>
      )}
      <form method="post" action={action(issue.state === "open" ? "acknowledge" : "reopen")} class="switch">
        <button type="submit">{issue.state === "open" ? "Acknowledge" : "Reopen"}</button>
        {issue.open === 0 && issue.state !== "resolved" && (
          <button type="submit" formaction={action("resolve")}>
            Resolve
          </button>
        )}
      </form>
    </div>
  );
}
