// Starts a backtest: which rules against which, over which days. Rules: what is tried must be readable before anything
// is streamed, so mistakes have a status of their own; what fails on the way is the last event, never a broken answer.
import { type BacktestInput, backtest } from "#rules/backtest.ts";
import type { BacktestEvent } from "#rules/backtest-report.ts";
import { compileText, type DocumentProblem } from "#rules/parse-document.ts";
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";
import type { RulesDeps } from "./deps.ts";

const DAY_MS = 86_400_000;

export type Candidate =
  /** The version in force, compared with nothing. */
  { kind: "in_force" } | { kind: "version"; version: string } | { kind: "document"; document: string };

export type StartedBacktest =
  | { ok: true; events: AsyncGenerator<BacktestEvent> }
  | { ok: false; code: "unknown_version" }
  | { ok: false; code: "not_configured"; reason: string }
  | { ok: false; code: "not_valid"; problems: readonly DocumentProblem[] };

type Deps = Pick<RulesDeps, "versions" | "past" | "approvalTtlSeconds" | "now" | "log">;

/** Over the last `days`. Throws when D1 does not answer at first; `correlationId` is for the log. */
export async function startBacktest(
  candidate: Candidate,
  days: number,
  deps: Deps,
  correlationId: string,
): Promise<StartedBacktest> {
  const approvalTtlSeconds = Number(deps.approvalTtlSeconds);
  if (!Number.isInteger(approvalTtlSeconds) || approvalTtlSeconds < 1) {
    const reason = `APPROVAL_TTL_SECONDS must be a whole number of seconds; see ${CONFIGURATION_PAGE}`;
    return { ok: false, code: "not_configured", reason };
  }
  const inForce = await deps.versions.inForce();
  const tried = await documentOf(candidate, inForce, deps);
  if (tried === null) return { ok: false, code: "unknown_version" };
  const compiled = compileText(tried.document, tried.version);
  if (!compiled.ok) return { ok: false, code: "not_valid", problems: compiled.problems };
  const active = tried.version === inForce.version ? null : compileText(inForce.document, inForce.version);

  const to = deps.now();
  const period = { from: new Date(to - days * DAY_MS).toISOString(), to: new Date(to).toISOString() };
  const input: BacktestInput = {
    candidate: compiled.ruleset,
    // One that this release can't read must not keep its replacement from being tried.
    active: active?.ok ? active.ruleset : null,
    signals: deps.past.signals(period),
    approvalTtlSeconds,
    total: await deps.past.count(period),
  };
  return { ok: true, events: guarded(backtest(input), deps, correlationId) };
}

async function documentOf(candidate: Candidate, inForce: { version: string; document: string }, { versions }: Deps) {
  switch (candidate.kind) {
    case "in_force":
      return inForce;
    case "version":
      return versions.read(candidate.version);
    case "document":
      return { version: "candidate", document: candidate.document };
  }
}

async function* guarded(
  events: AsyncGenerator<BacktestEvent>,
  { log }: Pick<Deps, "log">,
  correlationId: string,
): AsyncGenerator<BacktestEvent> {
  try {
    yield* events;
  } catch (error) {
    log("error", "backtest_failed", { reason: String(error), correlation_id: correlationId });
    yield { kind: "failed", reason: "The database stopped answering; try again, or try fewer days." };
  }
}
