// Performs a released action: claim it at its Deal object, let its adapter do it, report what became of it.
//
// One effect, whatever crashes. The claim is a lease, and only a report ends it early. Three things can be reported:
// that it happened (`executed`), that it did not and will not (`failed`), or that this attempt did nothing (`released`).
// When nobody can know, nothing is reported: the lease runs out, the next claim says `maybe_done`, and the adapter asks
// the outside system before it repeats anything. The same road leads back from a crash and from a report that was lost
// after the effect. It is taken even when the event ends as a dead letter, so that a replay asks first, too.
import type { ActionReleased } from "#contract/action-released.ts";
import { type ClaimResult, type DealRpc, LEASE_SECONDS, type Report } from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import { MAX_ATTEMPTS } from "#contract/queues.ts";
import { audit } from "#runtime/audit.ts";
import { defer, done, type Outcome, reject, retry } from "#runtime/outcome.ts";
import type { ActionAdapter, ActionPorts } from "./actions/action-adapter.ts";
import type { ActionOutcome } from "./actions/action-outcome.ts";
import { dealFailure } from "./deal-failure.ts";
import { leasedFetch } from "./leased-fetch.ts";

export type ExecuteDeps = {
  /** A fresh stub for one call: after an exception a stub may stay broken. */
  deal(subject: string): Pick<DealRpc, "claim" | "report">;
  adapters: readonly ActionAdapter[];
  ports: ActionPorts;
};

/** By then the lease of this attempt has ended. */
const AFTER_LEASE_SECONDS = LEASE_SECONDS + 5;

type Claim = Extract<ClaimResult, { ok: true }>;
type Refusal = Extract<ClaimResult, { ok: false }>;

export async function execute(event: Event<ActionReleased>, deps: ExecuteDeps): Promise<Outcome> {
  const { subject, action } = event.payload;
  let claim: ClaimResult;
  try {
    claim = await deps.deal(subject).claim(action.action_id);
  } catch (error) {
    return dealFailure("claiming the action", error);
  }
  if (!claim.ok) return notClaimed(event, claim, deps.ports.now());
  const { report, outcome } = settle(await perform(event, claim, deps), claim, event.attempt);
  return report === null ? outcome : reported(event, claim.lease_id, report, outcome, deps);
}

function notClaimed(event: Event<ActionReleased>, refusal: Refusal, nowMs: number): Outcome {
  if (refusal.code === "leased") return defer(refusal.message, refusal.retry_after_seconds);
  if (refusal.code === "already_done") return done();
  const { signal_id, action } = event.payload;
  const summary = `${action.type} was released but not run: ${refusal.message}`;
  const data = { action_id: action.action_id, code: refusal.code };
  const at = new Date(nowMs).toISOString();
  return done(audit({ signal_id, layer: "execute", step: "skipped", at, attempt: event.attempt, summary, data }));
}

/** What is claimed is what is done: a person may have edited the content since it was released. */
function perform(event: Event<ActionReleased>, claim: Claim, deps: ExecuteDeps): Promise<ActionOutcome> {
  const { type, target } = claim.content;
  const adapter = deps.adapters.find((candidate) => candidate.type === type && candidate.target === target);
  if (adapter === undefined) {
    const reason = `no adapter performs ${type} in ${target}; see docs/adding-an-action.md`;
    return Promise.resolve({ kind: "unsupported", reason });
  }
  const attempt = {
    idempotencyKey: claim.idempotency_key,
    actionId: event.payload.action.action_id,
    correlationId: event.correlation_id,
    maybeDone: claim.maybe_done,
    releasedAtMs: Date.parse(event.payload.released_at),
  };
  const { fetch, now } = deps.ports;
  const leased = leasedFetch(fetch, now, Date.parse(claim.lease_until));
  return adapter.perform(claim.content, attempt, { ...deps.ports, fetch: leased });
}

/** The report to make, or null to let the lease run out, and what then becomes of the event. */
function settle(result: ActionOutcome, claim: Claim, attempt: number): { report: Report | null; outcome: Outcome } {
  if (result.kind === "executed") return { report: result, outcome: done() };
  const reason = result.reason.slice(0, 1_900);
  const failed = { kind: "failed", reason } as const;
  // An attempt that did nothing does not settle the doubt that an earlier one left.
  const givenBack = claim.maybe_done ? null : ({ kind: "released", reason } as const);
  switch (result.kind) {
    case "retry":
      if (result.effectUnknown || givenBack === null) {
        const afterSeconds = Math.max(result.afterSeconds ?? 0, AFTER_LEASE_SECONDS);
        return { report: null, outcome: result.deferred ? defer(reason, afterSeconds) : retry(reason, afterSeconds) };
      }
      if (result.deferred) return { report: givenBack, outcome: defer(reason, result.afterSeconds ?? 1) };
      return { report: attempt < MAX_ATTEMPTS ? givenBack : failed, outcome: retry(reason, result.afterSeconds) };
    case "credentials":
      return { report: givenBack, outcome: reject("credentials", reason) };
    case "unknown":
      return { report: null, outcome: reject("effect_unknown", reason) };
    case "rejected":
      return { report: failed, outcome: reject("rejected_by_upstream", reason) };
    case "malformed":
      return { report: failed, outcome: reject("malformed", reason) };
    case "unsupported":
      return { report: failed, outcome: reject("unknown_type", reason) };
  }
}

/** Reports, and only then lets the event go its way; a report that is not taken is made again under a new claim. */
async function reported(
  event: Event<ActionReleased>,
  leaseId: string,
  report: Report,
  outcome: Outcome,
  deps: ExecuteDeps,
): Promise<Outcome> {
  const { subject, action } = event.payload;
  try {
    const result = await deps.deal(subject).report(action.action_id, leaseId, report);
    if (result.ok) return outcome;
    return retry(`the report "${report.kind}" was not taken: ${result.message}`, AFTER_LEASE_SECONDS);
  } catch (error) {
    return dealFailure(`reporting "${report.kind}"`, error);
  }
}
