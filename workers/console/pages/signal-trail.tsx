// One signal from arrival to effect: what it was, what was decided, and every step with the waits between them.
import { Hono } from "hono";
import * as z from "zod";
import type { KeptStep } from "#contract/kept-step.ts";
import { ActionRow } from "#web/components/action-row.tsx";
import { Badge } from "#web/components/badge.tsx";
import { eventWords } from "#web/components/event-words.ts";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment, spanText } from "#web/components/moment.tsx";
import { SafeLink } from "#web/components/safe-link.tsx";
import { fateLabel } from "#web/components/words.ts";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import type { SignalRow } from "#web/read-rows.ts";
import { Timeline } from "../components/timeline.tsx";
import type { ConsoleDeps } from "../deps.ts";
import type { FoundSignal } from "../read-model.ts";
import { NOT_THEIRS, seesSignal } from "../who-sees.ts";

export function signalTrailPage({ readModel }: Pick<ConsoleDeps, "readModel">): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.get("/:signal_id", async (c) => {
    const { frame } = c.var;
    const found = await readModel.signal(c.req.param("signal_id"));
    if (found === null) {
      const message =
        "The trail is a few seconds behind: if the signal was sent just now, reload. Otherwise check the id.";
      return c.html(<MessagePage frame={frame} title="No such signal" message={message} />, 404);
    }
    if (!(await seesSignal(c.var.identity, found)))
      return c.html(<MessagePage frame={frame} title="Not yours to see" message={NOT_THEIRS} />, 403);
    return c.html(<TrailView frame={frame} {...found} />);
  });
  return pages;
}

type ViewProps = { frame: Frame } & FoundSignal;

function TrailView({ frame, signal, trail, actions }: ViewProps) {
  const first = trail[0];
  const last = trail.at(-1);
  const took = first === undefined || last === undefined ? 0 : Date.parse(last.at) - Date.parse(first.at);
  return (
    <Layout frame={frame} title={eventWords(signal.event)}>
      <div class="page-head">
        <h1>
          {eventWords(signal.event)} <Badge label={fateLabel(signal.fate)} />
        </h1>
        <a class="button" href={`/api/signals/${signal.signal_id}`} download={`${signal.signal_id}.json`}>
          Export as JSON
        </a>
      </div>
      <Facts signal={signal} dealUrl={dealUrlOf(trail)} />
      {actions.length > 0 && (
        <section aria-labelledby="actions">
          <h2 id="actions" class="section-title">
            Actions
          </h2>
          <ul class="rows">
            {actions.map((snapshot) => (
              <ActionRow snapshot={snapshot} now={frame.now} leadsTo="action" />
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="trail">
        <h2 id="trail" class="section-title">
          Trail <span class="quiet">{took > 0 && `${trail.length} steps over ${spanText(took)}`}</span>
        </h2>
        <Timeline steps={trail} />
      </section>
    </Layout>
  );
}

/** Where the deal is in its CRM, as enrichment found it. */
function dealUrlOf(trail: readonly KeptStep[]): string | null {
  const urls = trail.map(({ data }) => WithDealUrl.safeParse(data).data?.signal.deal_context.url ?? null);
  return urls.findLast((url) => url !== null) ?? null;
}

const WithDealUrl = z.object({ signal: z.object({ deal_context: z.object({ url: z.string().nullable() }) }) });

function Facts({ signal, dealUrl }: { signal: SignalRow; dealUrl: string | null }) {
  const { subject, deal_id, account_id } = signal;
  return (
    <dl class="facts">
      <Fact name="About" value={subject} />
      {deal_id !== null && (
        <div>
          <dt>Deal</dt>
          <dd class="mono">
            <a href={`/signals?deal=${encodeURIComponent(deal_id)}`}>{deal_id}</a>
            {dealUrl !== null && (
              <>
                {" "}
                <SafeLink href={dealUrl}>Open in the CRM</SafeLink>
              </>
            )}
          </dd>
        </div>
      )}
      {account_id !== null && (
        <div>
          <dt>Account</dt>
          <dd class="mono">
            <a href={`/signals?account=${encodeURIComponent(account_id)}`}>{account_id}</a>
          </dd>
        </div>
      )}
      <Fact name="Source" value={signal.source} />
      <Fact name="Urgency" value={signal.urgency} />
      <div>
        <dt>Happened</dt>
        <dd>
          <Moment at={signal.fired_at} />
        </dd>
      </div>
      <div>
        <dt>Received</dt>
        <dd>
          <Moment at={signal.received_at} />
        </dd>
      </div>
      <Fact name="Signal" value={signal.signal_id} />
      <Fact name="Trace" value={signal.correlation_id} />
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="mono">{value}</dd>
    </div>
  );
}
