// One dead letter in a list, with its event folded away.
import { Badge } from "#web/components/badge.tsx";
import { Moment } from "#web/components/moment.tsx";
import { PrettyJson } from "#web/components/pretty-json.tsx";
import type { LetterRow } from "#web/read-rows.ts";

export function LetterLine({ letter }: { letter: LetterRow }) {
  const attempts = letter.attempts === 1 ? "1 attempt" : `${letter.attempts} attempts`;
  return (
    <li class="row row-letter">
      <Badge label={{ text: letter.code.replaceAll("_", " "), tone: "quiet" }} />
      <div>
        <p class="row-title">
          <a href={`/dead-letters/letters/${letter.letter_id}`}>{letter.reason}</a>
        </p>
        <p class="quiet">
          in {letter.stage}, on queue {letter.queue} · after {attempts}
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
