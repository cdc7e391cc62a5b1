// The open dead letters of a filter, whatever their cause, and what can be done with all of them. Rule: the filter is in the
// address, in the preview of a replay as in the list, so that both can be sent to somebody and mean the same letters.
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import type { Page } from "#web/cursor.ts";
import type { LetterRow } from "#web/read-rows.ts";
import { NotUnderstood, SearchField } from "../components/search-field.tsx";
import { HowSelect } from "./how-field.tsx";
import { LetterLine } from "./letter-line.tsx";

export type Asked = Readonly<Record<string, string>>;

const FIELDS = [
  { name: "queue", label: "Queue", hint: "signals" },
  { name: "stage", label: "Stage", hint: "enrich" },
  { name: "code", label: "Code", hint: "credentials" },
] as const;
const FILTERS = ["fingerprint", "queue", "stage", "code", "from", "to"];

/** A page of these letters, or of what is done with them; filters that are empty are left out. */
export function lettersUrl(page: "" | "/preview" | "/replay" | "/discard", asked: Asked, more: Asked = {}): string {
  const kept = FILTERS.flatMap((name) => {
    const value = (asked[name] ?? "").trim();
    return value === "" ? [] : [[name, value]];
  });
  const query = new URLSearchParams([...kept, ...Object.entries(more)]).toString();
  return `/dead-letters/letters${page}${query === "" ? "" : `?${query}`}`;
}

type Props = {
  frame: Frame;
  asked: Asked;
  /** The names of fields that were not understood. */
  wrong: readonly string[];
  /** Of all pages. */
  count: number;
  page: Page<LetterRow>;
  isFirst: boolean;
};

export function LetterListView({ frame, asked, wrong, count, page, isFirst }: Props) {
  const exported = lettersUrl("", asked).replace("/dead-letters/letters", "/api/dead-letters/export");
  return (
    <Layout frame={frame} title="Dead letters">
      <div class="page-head">
        <h1>{count === 1 ? "1 dead letter waits" : `${count} dead letters wait`}</h1>
        <span>
          <a class="button" href="/dead-letters">
            By cause
          </a>{" "}
          <a class="button" href={exported}>
            Export
          </a>
        </span>
      </div>
      <FilterForm asked={asked} wrong={wrong} />
      {count > 0 && frame.identity?.role === "operator" && <Deeds asked={asked} count={count} />}
      {page.items.length === 0 ? (
        <div class="empty">
          <p class="empty-title">None here.</p>
          <p>Letters that were replayed or discarded are not listed; open their issue, or the signal’s trail.</p>
        </div>
      ) : (
        <ul class="rows">
          {page.items.map((letter) => (
            <LetterLine letter={letter} />
          ))}
        </ul>
      )}
      <nav class="pager" aria-label="Pages">
        {!isFirst && <a href={lettersUrl("", asked)}>Newest</a>}
        {page.nextCursor !== null && (
          <a href={lettersUrl("", asked, { before: page.nextCursor })} rel="next">
            Older
          </a>
        )}
      </nav>
    </Layout>
  );
}

function FilterForm({ asked, wrong }: Pick<Props, "asked" | "wrong">) {
  const shared = { asked, wrong };
  return (
    <search>
      <form class="search" method="get" action="/dead-letters/letters">
        {asked.fingerprint && <input type="hidden" name="fingerprint" value={asked.fingerprint} />}
        <div class="search-fields">
          {FIELDS.map(({ name, label, hint }) => (
            <SearchField name={name} label={label} placeholder={hint} {...shared} />
          ))}
          <SearchField name="from" label="Failed from" placeholder="2026-11-21 or an instant" {...shared} />
          <SearchField name="to" label="before" placeholder="2026-11-22T08:00:00.000Z" {...shared} />
          <p class="search-words">
            <button type="submit">Filter</button>
          </p>
        </div>
        <NotUnderstood wrong={wrong} hint="A time is a day, or an instant in UTC." />
      </form>
    </search>
  );
}

function Deeds({ asked, count }: Pick<Props, "asked" | "count">) {
  const kept = FILTERS.filter((name) => asked[name]).map((name) => (
    <input type="hidden" name={name} value={asked[name]} />
  ));
  return (
    <div class="deeds">
      <form method="get" action="/dead-letters/letters/preview" class="switch">
        {kept}
        <HowSelect label={`Replay all ${count}`} stage="where each failed" /> <button type="submit">Preview</button>
      </form>
      <form method="post" action={lettersUrl("/discard", asked)} class="switch">
        <label>
          Discard because <input name="reason" required maxlength={2_000} />
        </label>{" "}
        <button type="submit">Discard all {count}</button>
      </form>
    </div>
  );
}
