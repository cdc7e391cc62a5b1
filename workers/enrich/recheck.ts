// Adds fresh context to an action that is about to run unattended, so that `decide` can say whether its reason still
// holds. Rules: the deal is read anew, and a CRM that does not answer is waited for, because an old answer is what the
// check is there to replace; a deal that is gone is a fact and goes on; nothing is decided here.
import type { ActionReleased } from "#contract/action-released.ts";
import type { Event } from "#contract/envelope.ts";
import { actionRechecked } from "#contract/messages.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { audit } from "#runtime/audit.ts";
import type { BatchHandler } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import { done, emission, type Outcome } from "#runtime/outcome.ts";
import { describe } from "./describe.ts";
import { degradedOf } from "./emit.ts";
import { BUDGET_MS, type EnrichDeps } from "./enrich.ts";
import { cluesOf } from "./identity/clues.ts";
import { recall } from "./identity/recall.ts";
import { type OpenCrms, openCrms } from "./open-crms.ts";
import type { People } from "./people.ts";
import type { Asker, Gap } from "./providers/provider.ts";

type RecheckDeps = Omit<EnrichDeps, "urgencyRules">;

/** `deps.fetch` is one that no cache answers. */
export function createRecheck(deps: RecheckDeps): BatchHandler<ActionReleased> {
  return (events) => {
    const open = openCrms(deps.providers, deps.settings, deps);
    return eachEvent<ActionReleased>((event) => recheck(event, open, deps), deps.log)(events);
  };
}

async function recheck(event: Event<ActionReleased>, open: OpenCrms, deps: RecheckDeps): Promise<Outcome> {
  const released = event.payload;
  const startedAt = deps.now();
  const moment = momentOf(released, new Date(startedAt).toISOString());
  const gaps: Gap[] = [];
  const people = await deps.people().catch((error: unknown): People => {
    gaps.push({ missing: "deal_context.owner.time_zone", reason: `D1 did not answer: ${String(error)}` });
    return new Map();
  });
  const about = { dealId: released.subject, accountId: null, otherOpenDeals: [], dealRequired: true };
  const asker: Asker = { correlationId: event.correlation_id, deadlineMs: startedAt + BUDGET_MS, tell: () => {} };
  const described = await describe(about, moment, open, people, asker);
  if (!described.ok) return described.outcome;
  const { deal_context: deal, account_context: account } = described.description;
  if (described.description.deal_status === "gone") {
    gaps.push({ missing: "deal_context", reason: `the CRM has no deal ${released.subject} any more` });
  }
  const found = {
    signal: moment,
    clues: cluesOf(moment, new Map()),
    dealId: deal?.id ?? null,
    contactId: null,
    accountId: account?.id ?? null,
    accountDomain: account?.domain ?? null,
  };
  const [told] = await recall([found], deps.memory);
  const degraded = degradedOf([...described.description.gaps, ...gaps, ...(told?.gaps ?? [])]);
  const rechecked = {
    released,
    deal_context: deal && told ? told.deal(deal) : deal,
    account_context: account && told ? told.account(account) : account,
    degraded,
    checked_at: moment.fired_at,
  };
  return done(
    emission("rechecked", actionRechecked, rechecked),
    audit({
      signal_id: released.signal_id,
      layer: "enrich",
      step: "rechecked",
      at: new Date(deps.now()).toISOString(),
      attempt: event.attempt,
      duration_ms: Math.max(0, deps.now() - startedAt),
      summary: `Read ${released.subject} again before ${released.action.type} runs unattended.`,
      data: { action_id: released.action.action_id, degraded },
    }),
  );
}

/** The moment of the check, in the form that contexts are computed as of. */
function momentOf({ signal_id, subject }: ActionReleased, at: string): SignalReceived {
  return {
    signal_id,
    signal_type: "custom",
    source: "dealwire",
    subject,
    account_id: null,
    deal_id: subject,
    contact_id: null,
    payload: { event: "action.rechecked" },
    urgency: "standard",
    confidence: 1,
    fired_at: at,
    received_at: at,
    raw_ref: null,
  };
}
