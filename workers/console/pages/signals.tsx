// The list of signals, those first that moved last, and its search. Rule: a filter is in the URL, so that a search can be
// sent to somebody, and one that is not understood is said beside its field, never ignored.
import { Hono } from "hono";
import { FATES } from "#contract/audit-step.ts";
import { SignalType } from "#contract/signal-received.ts";
import { seesAll } from "#web/auth/identity.ts";
import { Badge } from "#web/components/badge.tsx";
import { eventWords } from "#web/components/event-words.ts";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment } from "#web/components/moment.tsx";
import { FATE_LABELS, fateLabel } from "#web/components/words.ts";
import type { Page } from "#web/cursor.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { SignalRow } from "#web/read-rows.ts";
import { SignalSearch } from "../components/signal-search.tsx";
import type { ConsoleDeps } from "../deps.ts";
import { parsePlace, SignalFilter } from "../read-search.ts";
import { peopleSeenBy } from "../who-sees.ts";

const PAGE_SIZE = 50;
const TRACE_ID = /^[0-9a-f]{32}$/;
const SIGNAL_ID = /^sig_[a-z2-7]{26}$/;

export function signalsPages({ readModel }: Pick<ConsoleDeps, "readModel">): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.get("/", async (c) => {
    const asked = c.req.query();
    if (SIGNAL_ID.test(asked.q?.trim() ?? "")) return c.redirect(`/signals/${asked.q?.trim()}`);
    const filter = SignalFilter.safeParse(asked);
    const before = parsePlace(asked.before ?? "");
    const page = filter.success
      ? await readModel.signals(filter.data, peopleSeenBy(c.var.identity), PAGE_SIZE, before)
      : { items: [], nextCursor: null };
    // A trace is most often one signal's: whoever came with its id wants to see that.
    const [only, ...others] = page.items;
    if (TRACE_ID.test(asked.q?.trim() ?? "") && only !== undefined && others.length === 0)
      return c.redirect(`/signals/${only.signal_id}`);
    const wrong = filter.success ? [] : filter.error.issues.map(({ path }) => String(path[0]));
    const view = <SignalsView frame={c.var.frame} page={page} asked={asked} wrong={wrong} isFirst={before === null} />;
    return c.html(view, filter.success ? 200 : 400);
  });
  return pages;
}

type Asked = Readonly<Record<string, string>>;
type ViewProps = { frame: Frame; page: Page<SignalRow>; asked: Asked; wrong: readonly string[]; isFirst: boolean };

const FILTERS = Object.keys(SignalFilter.shape);

/** The same list with some of its parameters changed; an empty one is left out. */
function listUrl(asked: Asked, changes: Asked = {}): string {
  const kept = [...FILTERS, "before"].flatMap((name) => {
    const value = (changes[name] ?? (name === "before" ? "" : asked[name]) ?? "").trim();
    return value === "" ? [] : [[name, value]];
  });
  const query = new URLSearchParams(kept).toString();
  return query === "" ? "/signals" : `/signals?${query}`;
}

function SignalsView({ frame, page, asked, wrong, isFirst }: ViewProps) {
  const isFiltered = FILTERS.some((name) => (asked[name] ?? "").trim() !== "");
  return (
    <Layout frame={frame} title="Signals">
      <div class="page-head">
        <h1>Signals</h1>
        {frame.identity?.role === "operator" && (
          <a class="button" href="/erasures">
            Erasures
          </a>
        )}
      </div>
      <SignalSearch asked={asked} wrong={wrong} types={SignalType.options} />
      <nav class="filter filter-wide" aria-label="By what became of them">
        <a href={listUrl(asked, { fate: "" })} {...(!asked.fate ? { "aria-current": "true" as const } : {})}>
          All
        </a>
        {FATES.map((each) => (
          <a
            href={listUrl(asked, { fate: each })}
            {...(asked.fate === each ? { "aria-current": "true" as const } : {})}
          >
            {FATE_LABELS[each].text}
          </a>
        ))}
      </nav>
      {page.items.length === 0 ? (
        <Empty
          filtered={isFiltered || !isFirst}
          more={page.nextCursor !== null}
          all={frame.identity !== null && seesAll(frame.identity)}
        />
      ) : (
        <SignalTable signals={page.items} />
      )}
      <nav class="pager" aria-label="Pages">
        {!isFirst && <a href={listUrl(asked)}>Newest</a>}
        {page.nextCursor !== null && (
          <a href={listUrl(asked, { before: page.nextCursor })} rel="next">
            Older
          </a>
        )}
      </nav>
    </Layout>
  );
}

function SignalTable({ signals }: { signals: readonly SignalRow[] }) {
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">What happened</th>
          <th scope="col">About</th>
          <th scope="col">Source</th>
          <th scope="col">Urgency</th>
          <th scope="col">Received</th>
          <th scope="col">Became</th>
        </tr>
      </thead>
      <tbody>
        {signals.map((signal) => (
          <tr>
            <td>
              <a href={`/signals/${signal.signal_id}`}>{eventWords(signal.event)}</a>
            </td>
            <td class="mono">{signal.subject}</td>
            <td>{signal.source}</td>
            <td>{signal.urgency}</td>
            <td>
              <Moment at={signal.received_at} />
            </td>
            <td>
              <Badge label={fateLabel(signal.fate)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const FIRST_HINT = {
  all: "Point a webhook of your CRM at /hooks/hubspot, or another source at its own path under /hooks, and it appears here within seconds.",
  own: "What comes in about your deals, or those of your team, appears here within seconds.",
} as const;

/** `all`: everybody's signals were looked for. */
function Empty({ filtered, more, all }: { filtered: boolean; more: boolean; all: boolean }) {
  const hint = more
    ? "A page looks through a part of the signals; follow “Older” to look further, as far back as there are any."
    : "Take a filter away, or look for fewer words.";
  return (
    <div class="empty">
      <p class="empty-title">{filtered ? "None here." : "No signals yet."}</p>
      <p>{filtered ? hint : FIRST_HINT[all ? "all" : "own"]}</p>
    </div>
  );
}
