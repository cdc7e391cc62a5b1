// Performs a released action: claim it at its Deal object, let its adapter do it (or take it back), report what became
// of it.
//
// One effect, whatever crashes. The claim is a lease, and only a report ends it early. What can be told is reported: that
// it happened, that it did not and will not, that this attempt did nothing, that a person has to look. When the answer to
// an effect is lost, nothing is reported: the lease runs out, the next claim says `maybe_done`, and the adapter asks the
// outside system before it repeats anything. The same road leads back from a crash and from a report that was lost.
import type { ActionReleased } from "#contract/action-released.ts";
import type { Undo } from "#contract/action-state.ts";
import { CHECKUP_RULE } from "#contract/checkup.ts";
import type { ClaimResult, DealRpc, Report } from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import { DRY_RUN_ID, undoTerms } from "#contract/undo.ts";
import { audit } from "#runtime/audit.ts";
import { defer, done, type Emission, type Outcome, reject, retry } from "#runtime/outcome.ts";
import type { ActionAdapter, ActionPorts, Attempt } from "./actions/action-adapter.ts";
import type { ActionOutcome } from "./actions/action-outcome.ts";
import type { CompensationOutcome } from "./actions/compensation-outcome.ts";
import { afterLease } from "./after-lease.ts";
import { dealFailure } from "./deal-failure.ts";
import { dryFetch, isDry } from "./dry-run.ts";
import { leasedFetch } from "./leased-fetch.ts";
import { type RecordedCall, recordingFetch } from "./recorded-calls.ts";
import { type Settled, settle, settleCompensation } from "./settle.ts";
import type { Suppression } from "./suppression.ts";

export type ExecuteDeps = {
  /** A fresh stub for one call: after an exception a stub may stay broken. */
  deal(subject: string): Pick<DealRpc, "claim" | "keep" | "report">;
  adapters: readonly ActionAdapter[];
  ports: ActionPorts;
  /** Whom nothing may be sent to, whoever decided it. */
  suppression: Suppression;
  /** DRY_RUN: `true`, or types of action; empty for none. */
  dryRun: string;
};

type Claim = Extract<ClaimResult, { ok: true }>;
type Refusal = Extract<ClaimResult, { ok: false }>;

export async function execute(event: Event<ActionReleased>, deps: ExecuteDeps): Promise<Outcome> {
  const { subject, action } = event.payload;
  let claim: ClaimResult;
  try {
    claim = await deps.deal(subject).claim(action.action_id, { publishes: true });
  } catch (error) {
    return dealFailure("claiming the action", error);
  }
  if (!claim.ok) return notClaimed(event, claim, deps.ports.now());
  const stale = whyNot(event.payload, claim);
  if (stale !== null) return reported(event, claim, { report: stale, outcome: done() }, deps);

  const calls: RecordedCall[] = [];
  const startedAt = deps.ports.now();
  const settled = await attempt(event, claim, calls, deps);
  const told = performedStep(event, claim, calls, startedAt, deps.ports.now());
  const outcome = { ...settled.outcome, emits: [...settled.outcome.emits, ...told] };
  return reported(event, claim, { ...settled, outcome }, deps);
}

function notClaimed(event: Event<ActionReleased>, refusal: Refusal, nowMs: number): Outcome {
  if (refusal.code === "leased") return defer(refusal.message, refusal.retry_after_seconds);
  if (refusal.code === "already_done") return done(...(refusal.entrusted ?? []));
  const { signal_id, action } = event.payload;
  const summary = `${action.type} was released but not run: ${refusal.message}`;
  const data = { action_id: action.action_id, code: refusal.code };
  const at = new Date(nowMs).toISOString();
  return done(audit({ signal_id, layer: "execute", step: "skipped", at, attempt: event.attempt, summary, data }));
}

/** The report that ends an unattended run whose reason no longer holds, or that nobody could check; else null. */
function whyNot({ validity }: ActionReleased, claim: Claim): Report | null {
  if (validity === null || validity.holds === true || claim.maybe_done || claim.operation === "compensate") return null;
  const { reason } = validity;
  return validity.holds === false ? { kind: "invalidated", reason } : { kind: "unverified", reason };
}

/** What is claimed is what is done: a person may have edited the content since it was released. */
async function attempt(
  event: Event<ActionReleased>,
  claim: Claim,
  calls: RecordedCall[],
  deps: ExecuteDeps,
): Promise<Settled> {
  const settled = (result: ActionOutcome) => settle(result, claim, event.attempt, deps.ports.now());
  if (event.payload.action.rule_id === CHECKUP_RULE) return settled(checkedUp(deps.ports.now()));
  const { type, target } = claim.content;
  const adapter = deps.adapters.find((candidate) => candidate.type === type && candidate.target === target);
  if (adapter === undefined) {
    const reason = `no adapter performs ${type} in ${target}; see docs/adding-an-action.md`;
    return settled({ kind: "unsupported", reason });
  }
  const told = {
    idempotencyKey: claim.idempotency_key,
    actionId: event.payload.action.action_id,
    correlationId: event.correlation_id,
    maybeDone: claim.maybe_done,
    kept: claim.kept ?? null,
    releasedAtMs: Date.parse(event.payload.released_at),
  };
  const { fetch: outside, now } = deps.ports;
  const fetch = recordingFetch(leasedFetch(outside, now, Date.parse(claim.lease_until)), now, calls);
  const { subject, action } = event.payload;
  const keep = (undo: Undo) => kept(deps.deal(subject), action.action_id, claim.lease_id, undo);
  const ports = { ...deps.ports, fetch, keep };

  const dry = isDry(deps.dryRun, type);
  if (claim.operation === "compensate") {
    const result = await takeBack(adapter, claim, told, ports, dry);
    return settleCompensation(result, claim, event.attempt, now());
  }
  const suppressed = await deps.suppression(claim.content, told, ports);
  if (suppressed?.kind === "unclear") return settled(suppressed.outcome);
  if (suppressed !== null && !claim.maybe_done) {
    return { report: { kind: "invalidated", reason: suppressed.reason }, outcome: done() };
  }
  const why = suppressed?.reason ?? (dry ? "this is a dry run" : null);
  const result =
    why === null
      ? await adapter.perform(claim.content, told, ports)
      : await withhold(why, (held) => adapter.perform(claim.content, told, held), claim, ports);
  return settled(result);
}

/** Whether the Deal object has it now; without that an adapter does not act. */
async function kept(deal: Pick<DealRpc, "keep">, actionId: string, leaseId: string, undo: Undo): Promise<boolean> {
  try {
    return (await deal.keep(actionId, leaseId, undo)).ok;
  } catch {
    return false;
  }
}

/** The end of what `npm run doctor` sends: claimed and reported like any other, with nobody called in between. */
function checkedUp(nowMs: number): ActionOutcome {
  const summary = "a checkup ended here; nothing was sent";
  const at = new Date(nowMs).toISOString();
  return { kind: "executed", effect: { external_id: "checkup", url: null, summary, at, undo: null } };
}

/**
 * Everything up to the request that would make the effect is real; that one is held back and named. An earlier attempt
 * that may have made the effect is looked into first, and stays in doubt where only the request itself could tell.
 */
async function withhold(
  why: string,
  perform: (ports: ActionPorts) => Promise<ActionOutcome>,
  claim: Claim,
  ports: ActionPorts,
): Promise<ActionOutcome> {
  const dry = dryFetch(ports.fetch);
  const result = await perform({ ...ports, fetch: dry.fetch });
  const held = dry.held();
  if (held === null) return result;
  if (claim.maybe_done) {
    return { kind: "unknown", reason: `an earlier attempt may have succeeded, and it was not repeated: ${why}` };
  }
  const at = new Date(ports.now()).toISOString();
  const summary = `dry run: nothing was sent; it would have been ${held}`.slice(0, 500);
  return { kind: "executed", effect: { external_id: DRY_RUN_ID, url: null, summary, at, undo: null } };
}

async function takeBack(
  adapter: ActionAdapter,
  { content, snapshot: { effect } }: Claim,
  told: Attempt,
  ports: ActionPorts,
  isDryRun: boolean,
): Promise<CompensationOutcome> {
  if (effect === null || effect.external_id === DRY_RUN_ID) {
    return { kind: "compensated", summary: "there was no effect to take back" };
  }
  if (!isDryRun) return adapter.compensate(content, effect, told, ports);
  const dry = dryFetch(ports.fetch);
  const result = await adapter.compensate(content, effect, told, { ...ports, fetch: dry.fetch });
  const held = dry.held();
  if (held === null) return result;
  const reason = `This is a dry run: nothing was sent; it would have been ${held}.`;
  return { kind: "compensation_failed", reason, remains: undoTerms(content).by_hand };
}

/** The calls of this attempt in short, for the trail; none when nothing was called. */
function performedStep(
  event: Event<ActionReleased>,
  claim: Claim,
  calls: readonly RecordedCall[],
  startedAt: number,
  nowMs: number,
): Emission[] {
  if (calls.length === 0) return [];
  const { signal_id, action } = event.payload;
  const { type, target } = claim.content;
  const what = claim.operation === "compensate" ? "taken back in" : "performed in";
  const step = {
    signal_id,
    layer: "execute" as const,
    step: "performed",
    at: new Date(nowMs).toISOString(),
    attempt: event.attempt,
    duration_ms: Math.max(0, nowMs - startedAt),
    summary: `${type} was ${what} ${target} with ${calls.length === 1 ? "one call" : `${calls.length} calls`}.`,
    data: { action_id: action.action_id, calls },
  };
  return [audit(step)];
}

/** Reports, and only then lets the event go its way; a report that is not taken is made again under a new claim. */
async function reported(
  event: Event<ActionReleased>,
  claim: Claim,
  { report, outcome }: Settled,
  deps: ExecuteDeps,
): Promise<Outcome> {
  if (report === null) return outcome;
  const { subject, action } = event.payload;
  try {
    const result = await deps.deal(subject).report(action.action_id, claim.lease_id, report, { publishes: true });
    if (result.ok) return { ...outcome, emits: [...outcome.emits, ...(result.entrusted ?? [])] };
    // An action of the first machine knows no such state: it stays in doubt and the dead letter says so.
    if (report.kind === "unknown") return { ...reject("effect_unknown", report.reason), emits: outcome.emits };
    return retry(`the report "${report.kind}" was not taken: ${result.message}`, afterLease(claim, deps.ports.now()));
  } catch (error) {
    return dealFailure(`reporting "${report.kind}"`, error);
  }
}
