// What could not be processed and waits for a person: why, where, and the event itself on demand.
import { Hono } from "hono";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment } from "#web/components/moment.tsx";
import { PrettyJson } from "#web/components/pretty-json.tsx";
import { type Page, parseCursor } from "#web/cursor.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { LetterRow } from "#web/read-rows.ts";
import type { ConsoleDeps } from "../deps.ts";

const PAGE_SIZE = 20;

export function deadLettersPage({ readModel }: Pick<ConsoleDeps, "readModel">): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.get("/", async (c) => {
    const before = parseCursor(c.req.query("before") ?? "");
    const page = await readModel.deadLetters(PAGE_SIZE, before);
    return c.html(<DeadLettersView frame={c.var.frame} page={page} />);
  });
  return pages;
}

function DeadLettersView({ frame, page }: { frame: Frame; page: Page<LetterRow> }) {
  return (
    <Layout frame={frame} title="Dead letters">
      <div class="page-head">
        <h1>Dead letters</h1>
        <a class="button" href="/api/dead-letters">
          JSON
        </a>
      </div>
      {page.items.length === 0 ? (
        <div class="empty">
          <p class="empty-title">Every event was processed.</p>
          <p>Events that fail for good, or five times, are kept here whole with the reason.</p>
        </div>
      ) : (
        <ul class="rows">
          {page.items.map((letter) => (
            <Letter letter={letter} />
          ))}
        </ul>
      )}
      {page.nextCursor !== null && (
        <nav class="pager" aria-label="Pages">
          <a href={`/dead-letters?before=${encodeURIComponent(page.nextCursor)}`} rel="next">
            Older
          </a>
        </nav>
      )}
    </Layout>
  );
}

function Letter({ letter }: { letter: LetterRow }) {
  const attempts = letter.attempts === 1 ? "1 attempt" : `${letter.attempts} attempts`;
  return (
    <li class="row row-letter">
      <span class="badge badge-bad">{letter.code.replaceAll("_", " ")}</span>
      <div>
        <p class="row-title">{letter.reason}</p>
        <p class="quiet">
          in {letter.stage}, on queue {letter.queue}, after {attempts}
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
