// One signal from arrival to effect: what it was, what was decided, and every step with the waits between them.
import { Hono } from "hono";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { ActionRow } from "#web/components/action-row.tsx";
import { Badge } from "#web/components/badge.tsx";
import { eventWords } from "#web/components/event-words.ts";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment, spanText } from "#web/components/moment.tsx";
import { fateLabel } from "#web/components/words.ts";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import type { SignalRow, TrailStep } from "#web/read-rows.ts";
import { Timeline } from "../components/timeline.tsx";
import type { ConsoleDeps } from "../deps.ts";

export function signalTrailPage({ readModel }: Pick<ConsoleDeps, "readModel">): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.get("/:signal_id", async (c) => {
    const { frame } = c.var;
    const signalId = c.req.param("signal_id");
    const [signal, trail, actions] = await Promise.all([
      readModel.signal(signalId),
      readModel.trail(signalId),
      readModel.actionsOf(signalId),
    ]);
    if (signal === null) {
      const message =
        "The trail is a few seconds behind: if the signal was sent just now, reload. Otherwise check the id.";
      return c.html(<MessagePage frame={frame} title="No such signal" message={message} />, 404);
    }
    return c.html(<TrailView frame={frame} signal={signal} trail={trail} actions={actions} />);
  });
  return pages;
}

type ViewProps = {
  frame: Frame;
  signal: SignalRow;
  trail: readonly TrailStep[];
  actions: readonly ActionSnapshot[];
};

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
        <a class="button" href={`/api/signals/${signal.signal_id}`}>
          JSON
        </a>
      </div>
      <Facts signal={signal} />
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

function Facts({ signal }: { signal: SignalRow }) {
  return (
    <dl class="facts">
      <Fact name="About" value={signal.subject} />
      {signal.account_id !== null && <Fact name="Account" value={signal.account_id} />}
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
