// Keeps what arrives on the `-dead` queues, and tells the signals it is about. Rules: never throws; nothing is
// acknowledged before D1 has it; a letter that is already kept changes nothing, for a replay may have mended its signal.
import { Fate } from "#contract/audit-step.ts";
import { auditStep } from "#contract/messages.ts";
import { SignalId } from "#contract/signal-received.ts";
import { backoffSeconds } from "#runtime/backoff.ts";
import type { Log } from "#runtime/log.ts";
import { keepSteps } from "./ledger.ts";
import { type LetterRow, letterRows } from "./letter-rows.ts";
import { issueRows } from "./letters/issue-rows.ts";
import { openingOf } from "./letters/opening.ts";
import type { Store, ToldLetter } from "./store.ts";
import type { Told } from "./told-steps.ts";

/** The part of a platform batch that is needed here. */
export type DeadBatch = {
  queue: string;
  messages: readonly {
    id: string;
    body: unknown;
    attempts: number;
    ack(): void;
    retry(options: { delaySeconds: number }): void;
  }[];
};

export type DeadLettersDeps = Store & {
  now(): number;
  random(): number;
  /** Told what arrived, once it is kept: somebody may have been erased meanwhile. */
  arrivedLate(letters: readonly LetterRow[]): Promise<void>;
  log: Log;
};

/** First wait after a failed write. A hundred retries of up to five minutes cover an outage of eight hours. */
const RETRY_BASE_SECONDS = 10;

export async function keepDeadLetters(batch: DeadBatch, deps: DeadLettersDeps): Promise<void> {
  const { queue } = batch;
  try {
    const arrivedAt = new Date(deps.now()).toISOString();
    const arrived = (await Promise.all(batch.messages.map((message) => letterRows(queue, message, arrivedAt)))).flat();
    const kept = await deps.keptLetters(arrived.map(({ letter_id }) => letter_id));
    const letters = arrived.filter((letter) => isNews(letter, kept.get(letter.letter_id)));
    await keepSteps(consequencesOf(letters), deps, { letters, issues: issueRows(letters, kept) });
    await deps.arrivedLate(arrived);
    deps.log("warn", "dead_letters_kept", { queue, count: letters.length });
  } catch (error) {
    deps.log("error", "dead_letters_not_kept", { queue, count: batch.messages.length, reason: String(error) });
    for (const message of batch.messages) {
      message.retry({ delaySeconds: backoffSeconds(message.attempts, RETRY_BASE_SECONDS, deps.random()) });
    }
    return;
  }
  for (const message of batch.messages) message.ack();
}

/** Not here yet, or back after a replay; a redelivery of what is here is neither. */
function isNews(letter: LetterRow, kept: ToldLetter | undefined): boolean {
  return kept === undefined || (kept.told_by !== letter.told_by && letter.failed_at > kept.failed_at);
}

/** A step in the trail of each signal that a letter names, with its fate; a lost audit step is no fate. */
function consequencesOf(letters: readonly LetterRow[]): Told[] {
  return letters.flatMap(({ letter_id, correlation_id, signal_id, failed_at, ...letter }) => {
    if (correlation_id === null || signal_id === null || !SignalId.safeParse(signal_id).success) return [];
    const opening = openingOf(letter.event);
    const step = {
      event_id: letter.told_by,
      at: failed_at,
      layer: "ledger",
      step: "dead_lettered",
      attempt: letter.attempts,
      // How long it was tried for.
      duration_ms: Math.max(0, Date.parse(failed_at) - Date.parse(letter.first_failed_at)),
      schema_version: auditStep.version,
      fate: letter.queue === "audit" ? null : Fate.enum.dead_lettered,
      summary: `${letter.stage} gave up an event of ${letter.queue}: ${letter.reason}`.slice(0, 2_000),
      actor: null,
      data: {
        letter_id,
        queue: letter.queue,
        stage: letter.stage,
        code: letter.code,
        ...(opening !== null && { contact_id: opening.contact_id }),
      },
    };
    return [{ signal_id, correlation_id, step, opens: opening?.signal ?? null, action: null }];
  });
}
