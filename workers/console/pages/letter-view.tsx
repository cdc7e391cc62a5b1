// One dead letter: what arrived, what people did with it, and what can be done: replay, mend, discard. Rule: every deed is a
// form that works without the script, and a settled letter shows what became of it and offers nothing.
import { Badge } from "#web/components/badge.tsx";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment } from "#web/components/moment.tsx";
import { PrettyJson } from "#web/components/pretty-json.tsx";
import type { Label } from "#web/components/words.ts";
import type { LetterRow } from "#web/read-rows.ts";
import { isMendable } from "../letters/mended.ts";
import { HowSelect } from "./how-field.tsx";

const STATES = new Map<string, Label>([
  ["open", { text: "Waiting", tone: "bad" }],
  ["replaying", { text: "Being replayed", tone: "waiting" }],
  ["replayed", { text: "Replayed", tone: "good" }],
  ["discarded", { text: "Discarded", tone: "quiet" }],
]);

type Props = {
  frame: Frame;
  letter: LetterRow;
  /** What was wrong with a mended event, and the event as it was typed. */
  refused?: { reason: string; event: string; note: string };
};

export function LetterView({ frame, letter, refused }: Props) {
  const isOpen = letter.state === "open";
  return (
    <Layout frame={frame} title="Dead letter">
      <div class="page-head">
        <h1>{letter.reason}</h1>
        <Badge label={STATES.get(letter.state) ?? { text: letter.state, tone: "quiet" }} />
      </div>
      <p class="quiet">
        In {letter.stage}, on queue {letter.queue} · {letter.code.replaceAll("_", " ")} · {letter.attempts}{" "}
        {letter.attempts === 1 ? "attempt" : "attempts"}
        {letter.times > 1 && `, came here ${letter.times} times`} · last <Moment at={letter.failed_at} />
      </p>
      <p>
        <a href={`/dead-letters/issues/${letter.fingerprint}`}>All of this cause</a>
        {letter.signal_id !== null && (
          <>
            {" · "}
            <a href={`/signals/${encodeURIComponent(letter.signal_id)}`}>the signal’s trail</a>
          </>
        )}
      </p>
      {isOpen && frame.identity?.role === "operator" && <Deeds letter={letter} {...(refused && { refused })} />}
      {letter.history.length > 0 && (
        <section aria-labelledby="history">
          <h2 id="history" class="section-title">
            What people did
          </h2>
          <ul class="rows">
            {letter.history.map(({ at, by, did, ...more }) => (
              <li class="row row-letter">
                <div>
                  <p class="row-title">
                    {did} by {by}
                  </p>
                  {Object.keys(more).length > 0 && <PrettyJson value={more} />}
                </div>
                <p class="row-when quiet">
                  <Moment at={at} />
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="event">
        <h2 id="event" class="section-title">
          The event
        </h2>
        <PrettyJson value={letter.event} />
      </section>
    </Layout>
  );
}

function Deeds({ letter, refused }: Pick<Props, "letter" | "refused">) {
  const action = (verb: string) => `/dead-letters/letters/${letter.letter_id}/${verb}`;
  return (
    <section aria-label="What can be done">
      <form method="post" action={action("preview")} class="switch">
        <HowSelect label="Replay" stage={isMendable(letter.event) ? letter.stage : null} />{" "}
        <button type="submit">Preview</button>
      </form>
      <form method="post" action={action("discard")} class="switch">
        <label>
          Discard because <input name="reason" required maxlength={2_000} />
        </label>{" "}
        <button type="submit">Discard</button>
      </form>
      {isMendable(letter.event) && (
        <details open={refused !== undefined}>
          <summary>Mend the event and replay it</summary>
          {refused !== undefined && (
            <p class="note" role="alert">
              {refused.reason}
            </p>
          )}
          <form method="post" action={action("mend")} class="edit">
            <label class="field">
              Event
              <textarea name="event" rows={20} spellcheck={false} required>
                {refused?.event ?? JSON.stringify(letter.event, null, 2)}
              </textarea>
            </label>
            <label class="field">
              What you changed, and why
              <input name="note" required maxlength={2_000} value={refused?.note ?? ""} />
            </label>
            <button type="submit" class="primary">
              Mend and replay
            </button>
          </form>
        </details>
      )}
    </section>
  );
}
