// One cause of dead letters: what it is, what can be done, and its first open letters with their events.
import { Badge } from "#web/components/badge.tsx";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment } from "#web/components/moment.tsx";
import { PrettyJson } from "#web/components/pretty-json.tsx";
import type { LetterRow } from "#web/read-rows.ts";
import type { IssueRow } from "../letters/letter-store.ts";
import { issueLabel } from "./issues-view.tsx";

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
          <Letter letter={letter} />
        ))}
      </ul>
      {issue.open > letters.length && (
        <p>
          <a href={`/api/dead-letters/export?fingerprint=${issue.fingerprint}`}>All {issue.open} as a file</a>
        </p>
      )}
    </Layout>
  );
}

function Deeds({ issue }: { issue: IssueRow }) {
  const action = (verb: string) => `/dead-letters/issues/${issue.fingerprint}/${verb}`;
  return (
    <div>
      {issue.open > 0 && (
        <>
          <form method="post" action={action("preview")}>
            <label>
              Replay{" "}
              <select name="how">
                <option value="stage">from {issue.stage}, as decided then</option>
                <option value="raw">from the raw bodies, with the rules of now</option>
              </select>
            </label>{" "}
            <button type="submit">Preview</button>
          </form>
          <form method="post" action={action("discard")}>
            <label>
              Discard because <input name="reason" required maxlength={2_000} />
            </label>{" "}
            <button type="submit">Discard {issue.open}</button>
          </form>
        </>
      )}
      <form method="post" action={action(issue.state === "open" ? "acknowledge" : "reopen")}>
        <button type="submit">{issue.state === "open" ? "Acknowledge" : "Reopen"}</button>
      </form>
    </div>
  );
}

function Letter({ letter }: { letter: LetterRow }) {
  const attempts = letter.attempts === 1 ? "1 attempt" : `${letter.attempts} attempts`;
  return (
    <li class="row row-letter">
      <div>
        <p class="row-title">
          <a href={`/dead-letters/letters/${letter.letter_id}`}>{letter.reason}</a>
        </p>
        <p class="quiet">
          after {attempts}
          {letter.signal_id !== null && (
            <>
              {" · "}
              <a href={`/signals/${encodeURIComponent(letter.signal_id)}`}>the signal’s trail</a>
            </>
          )}
        </p>
        <details>
          <summary>The event as it arrived</summary>
          <PrettyJson value={letter.event} />
        </details>
      </div>
      <p class="row-when quiet">
        <Moment at={letter.failed_at} />
      </p>
    </li>
  );
}
