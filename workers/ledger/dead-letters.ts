// Keeps what arrives on the `-dead` queues, and tells the signals it is about. Rules: never throws; nothing is
// acknowledged before D1 has it; a letter that is already kept changes nothing, for a replay may have mended its signal.
import { Fate } from "#contract/audit-step.ts";
import { SignalId } from "#contract/signal-received.ts";
import { backoffSeconds } from "#runtime/backoff.ts";
import type { Log } from "#runtime/log.ts";
import type { FateRow } from "./fates.ts";
import { type KeptLetter, letterRows } from "./letter-rows.ts";
import type { LedgerRows } from "./statements.ts";
import type { TrailRow } from "./step-rows.ts";

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

export type DeadLettersDeps = {
  /** Which of these letters are kept already. */
  keptLetters(letterIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Writes all of the rows or none. */
  write(rows: Partial<LedgerRows>): Promise<unknown>;
  now(): number;
  random(): number;
  log: Log;
};

/** First wait after a failed write. A hundred retries of up to five minutes cover an outage of eight hours. */
const RETRY_BASE_SECONDS = 10;

export async function keepDeadLetters(batch: DeadBatch, deps: DeadLettersDeps): Promise<void> {
  const { queue } = batch;
  try {
    const arrivedAt = new Date(deps.now()).toISOString();
    const arrived = (await Promise.all(batch.messages.map((message) => letterRows(queue, message, arrivedAt)))).flat();
    const kept = await deps.keptLetters(arrived.map(({ row }) => row.letter_id));
    const letters = arrived.filter(({ row }) => !kept.has(row.letter_id));
    await deps.write({ letters: letters.map(({ row }) => row), ...consequencesOf(letters) });
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

/** A step in the trail of each signal that a letter names, and its fate; a lost audit step is no fate. */
function consequencesOf(letters: readonly KeptLetter[]): { trail: TrailRow[]; fates: FateRow[] } {
  const trail: TrailRow[] = [];
  const fates: FateRow[] = [];
  for (const { row, firstFailedAt } of letters) {
    const { letter_id, correlation_id, signal_id, failed_at, ...letter } = row;
    if (correlation_id === null || !SignalId.safeParse(signal_id).success || signal_id === null) continue;
    trail.push({
      signal_id,
      correlation_id,
      at: failed_at,
      event_id: letter_id,
      layer: "ledger",
      step: "dead_lettered",
      attempt: letter.attempts,
      // How long it was tried for.
      duration_ms: Math.max(0, Date.parse(failed_at) - Date.parse(firstFailedAt)),
      summary: `${letter.stage} gave up an event of ${letter.queue}: ${letter.reason}`.slice(0, 2_000),
      actor: null,
      data: JSON.stringify({ letter_id, queue: letter.queue, stage: letter.stage, code: letter.code }),
    });
    if (letter.queue === "audit") continue;
    fates.push({ signal_id, correlation_id, fate: Fate.enum.dead_lettered, fate_at: failed_at });
  }
  return { trail, fates };
}
