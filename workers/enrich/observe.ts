// Keeps the rows of intent reports and turns those that crossed the threshold into signals. Rules: while D1 is down the
// rows wait in their queue; a part that comes again gives the same signals. (A part that comes again only after a newer
// report was kept gives none: what it said is history by then.)
import type { Event } from "#contract/envelope.ts";
import type { IntentObserved } from "#contract/intent-observed.ts";
import { auditStep, signalReceived } from "#contract/messages.ts";
import type { BatchHandler } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import type { Log } from "#runtime/log.ts";
import { defer, done, type Emission, emission, type Outcome, retry } from "#runtime/outcome.ts";
import { receivedStep } from "#runtime/received-step.ts";
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";
import type { KeptIntent } from "./intent-store.ts";
import { hasSurged, surgeOf } from "./surge.ts";

export type ObserveDeps = {
  /** Keeps a part and answers its rows as they are kept now; rejects when D1 can't. */
  keep(part: IntentObserved): Promise<readonly KeptIntent[]>;
  /** BOMBORA_THRESHOLD, a number from 0 to 100 as text. */
  threshold: string;
  /** Uniform in [0, 1): spreads the parts that failed together. */
  random(): number;
  log: Log;
};

/** D1 overload must not be retried hot, and nobody waits for a weekly report. */
const MIN_WAIT_SECONDS = 10;
const MAX_WAIT_SECONDS = 60;

/** Each part is one statement to D1, and settles alone. */
export function createObserve(deps: ObserveDeps): BatchHandler<IntentObserved> {
  return eachEvent<IntentObserved>((event) => observe(event, deps), deps.log);
}

async function observe(event: Event<IntentObserved>, deps: ObserveDeps): Promise<Outcome> {
  const threshold = deps.threshold.trim() === "" ? Number.NaN : Number(deps.threshold);
  if (!(threshold >= 0 && threshold <= 100)) {
    return retry(
      `BOMBORA_THRESHOLD is no number from 0 to 100; see ${CONFIGURATION_PAGE}#bombora_threshold, then replay this`,
    );
  }
  const part = event.payload;
  let kept: readonly KeptIntent[];
  try {
    kept = await deps.keep(part);
  } catch (error) {
    const wait = Math.round(MIN_WAIT_SECONDS + (MAX_WAIT_SECONDS - MIN_WAIT_SECONDS) * deps.random());
    deps.log("error", "intent_not_kept", { rows: part.rows.length, after: wait, reason: String(error) });
    return defer("D1 did not take the rows", wait);
  }
  const report = { source: part.source, reportDate: part.report_date, receivedAt: event.published_at };
  const surged = kept.filter((row) => hasSurged(row, threshold));
  const surges = await Promise.all(
    surged.map((row) =>
      surgeOf(
        row,
        part.rows.find(({ domain, topic }) => domain === row.domain && topic === row.topic),
        report,
      ),
    ),
  );
  return done(
    ...surges.flatMap(({ signal, correlationId }): Emission[] => [
      { ...emission("signals-bulk", signalReceived, signal, signal.urgency), correlationId },
      { ...emission("audit", auditStep, receivedStep(signal, "enrich", null), signal.urgency), correlationId },
    ]),
  );
}
