// The list of signals, newest first, with what became of each.
import { Hono } from "hono";
import { FATES, Fate } from "#contract/audit-step.ts";
import { Badge } from "#web/components/badge.tsx";
import { eventWords } from "#web/components/event-words.ts";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment } from "#web/components/moment.tsx";
import { FATE_LABELS, fateLabel } from "#web/components/words.ts";
import { type Page, parseCursor } from "#web/cursor.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { SignalRow } from "#web/read-rows.ts";
import type { ConsoleDeps } from "../deps.ts";

const PAGE_SIZE = 50;

export function signalsPages({ readModel }: Pick<ConsoleDeps, "readModel">): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.get("/", async (c) => {
    const asked = Fate.safeParse(c.req.query("fate"));
    const fate = asked.success ? asked.data : null;
    const before = parseCursor(c.req.query("before") ?? "");
    const page = await readModel.signals(fate, PAGE_SIZE, before);
    return c.html(<SignalsView frame={c.var.frame} page={page} fate={fate} isFirst={before === null} />);
  });
  return pages;
}

type ViewProps = { frame: Frame; page: Page<SignalRow>; fate: Fate | null; isFirst: boolean };

function SignalsView({ frame, page, fate, isFirst }: ViewProps) {
  const ofFate = fate === null ? "" : `fate=${fate}`;
  return (
    <Layout frame={frame} title="Signals">
      <div class="page-head">
        <h1>Signals</h1>
      </div>
      <nav class="filter filter-wide" aria-label="By what became of them">
        <a href="/signals" {...(fate === null ? { "aria-current": "true" as const } : {})}>
          All
        </a>
        {FATES.map((each) => (
          <a href={`/signals?fate=${each}`} {...(fate === each ? { "aria-current": "true" as const } : {})}>
            {FATE_LABELS[each].text}
          </a>
        ))}
      </nav>
      {page.items.length === 0 ? <Empty filtered={fate !== null || !isFirst} /> : <SignalTable signals={page.items} />}
      <nav class="pager" aria-label="Pages">
        {!isFirst && <a href={`/signals?${ofFate}`}>Newest</a>}
        {page.nextCursor !== null && (
          <a href={`/signals?${ofFate}&before=${encodeURIComponent(page.nextCursor)}`} rel="next">
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

function Empty({ filtered }: { filtered: boolean }) {
  return (
    <div class="empty">
      <p class="empty-title">{filtered ? "None in this part of the list." : "No signals yet."}</p>
      <p>
        {filtered
          ? "A filter looks through the newest signals first; follow “Older” where it is shown, or see all of them."
          : "Point a webhook of your CRM at /hooks/hubspot, or another source at its own path under /hooks, and it appears here within seconds."}
      </p>
    </div>
  );
}
