// Adds context to signals: what is known about the deal and the account, and how urgent that makes the signal. Rules:
// it decides nothing; what is missing is named in `degraded` and the signal goes on; enriching a signal again, from the
// same answers, gives the same message but for `enriched_at`.

import type { Event } from "#contract/envelope.ts";
import { describeIssues, signalEnriched } from "#contract/messages.ts";
import { MAX_ATTEMPTS } from "#contract/queues.ts";
import { type Degradation, SignalEnriched } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { audit } from "#runtime/audit.ts";
import type { BatchHandler } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import type { HttpPorts } from "#runtime/http.ts";
import type { Log } from "#runtime/log.ts";
import { done, emission, type Outcome, reject } from "#runtime/outcome.ts";
import {
  type Context,
  type Found,
  type Lookup,
  type Provider,
  type ProviderSettings,
  systemOf,
} from "./providers/provider.ts";
import { summaryOf } from "./summary.ts";
import { moreUrgent, rescore } from "./urgency.ts";

export type EnrichDeps = HttpPorts & { providers: readonly Provider[]; settings: ProviderSettings; log: Log };

/** Providers are opened once a batch, so several signals of one deal cost one fetch. */
export function createEnrich(deps: EnrichDeps): BatchHandler<SignalReceived> {
  return (events) => {
    const lookups = new Map(deps.providers.map(({ system, open }) => [system, open(deps.settings, deps)]));
    return eachEvent<SignalReceived>((event) => enrich(event, lookups, deps.now), deps.log)(events);
  };
}

async function enrich(
  event: Event<SignalReceived>,
  lookups: ReadonlyMap<string, Lookup>,
  now: () => number,
): Promise<Outcome> {
  const startedAt = now();
  const signal = event.payload;
  const system = [signal.deal_id, signal.contact_id, signal.account_id]
    .flatMap((reference) => (reference === null ? [] : systemOf(reference)))
    .find((name) => lookups.has(name));
  const lookup = system === undefined ? undefined : lookups.get(system);
  const found = lookup === undefined ? NOTHING : await lookup(signal, event.correlation_id);
  if (!found.ok) return found.outcome;
  // A burst that meets the rate limit would strip many signals of their context; the limit passes within seconds.
  if (found.waiting !== null && event.attempt < MAX_ATTEMPTS) return found.waiting;

  const endedAt = now();
  const at = new Date(endedAt).toISOString();
  const { urgency, reason } = rescore(signal.urgency, found.context.deal_context);
  const degraded = [...unread(signal, found.context, lookups), ...found.context.degraded];
  const enriched = SignalEnriched.safeParse({ ...signal, ...found.context, degraded, urgency, enriched_at: at });
  if (!enriched.success) return reject("invalid_event", `a bug in enrichment: ${describeIssues(enriched.error)}`);
  return done(
    emission("enriched", signalEnriched, enriched.data, moreUrgent(event.priority, urgency)),
    audit({
      signal_id: signal.signal_id,
      layer: "enrich",
      step: "enriched",
      at,
      attempt: event.attempt,
      duration_ms: Math.max(0, endedAt - startedAt),
      summary: summaryOf(enriched.data, reason),
      data: {
        providers: system === undefined ? [] : [system],
        urgency: { was: signal.urgency, is: urgency },
        degraded,
      },
    }),
  );
}

const NOTHING: Found = {
  ok: true,
  context: { deal_context: null, account_context: null, degraded: [] },
  waiting: null,
};

/** What stays unknown because it is in a system that no provider reads. */
function unread(signal: SignalReceived, context: Context, lookups: ReadonlyMap<string, Lookup>): Degradation[] {
  const missing = [
    { missing: "deal_context", named: context.deal_context === null ? signal.deal_id : null },
    { missing: "account_context", named: context.account_context === null ? signal.account_id : null },
  ];
  return missing.flatMap(({ missing, named }) => {
    if (named === null || lookups.has(systemOf(named))) return [];
    return [{ missing, reason: `no provider reads ${systemOf(named)}` }];
  });
}
