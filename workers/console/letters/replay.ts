// Puts dead letters back: onto the queue where they failed, as they arrived, or by having their raw body read again. Rules:
// ids and keys stay, so that nothing happens twice; a letter is published before it is marked, so one that is published
// again after a crash is the same event again; an abort is obeyed between two chunks.
import type { Envelope } from "#contract/envelope.ts";
import { Envelope as EnvelopeSchema } from "#contract/envelope.ts";
import { auditStep, rawReplay } from "#contract/messages.ts";
import { QUEUE_NAMES, type QueueName } from "#contract/queues.ts";
import { RawKey, replayQueueOf } from "#contract/raw-body.ts";
import { SignalId } from "#contract/signal-received.ts";
import { stepOf } from "#runtime/audit.ts";
import type { Log } from "#runtime/log.ts";
import { createEnvelope, type EnvelopePorts, type Publish } from "#runtime/publish.ts";
import type { LetterRow } from "#web/read-rows.ts";
import type { LetterStore, ReplayRow } from "./letter-store.ts";

export type ReplayDeps = EnvelopePorts & { store: LetterStore; publish: Publish; log: Log };

/** Of events up to 100 KB; a chunk stays well below the memory of an isolate. */
const CHUNK = 100;

/** Works until nothing of the replay is left, it is aborted, or a queue refuses; calling it again goes on. */
export async function runReplay(replayId: string, deps: ReplayDeps): Promise<void> {
  for (;;) {
    const replay = await deps.store.replay(replayId);
    if (replay === null || replay.state !== "running") return;
    const letters = await deps.store.replaying(replayId, CHUNK);
    if (letters.length === 0) {
      await deps.store.finish(replayId, replay.requested_by, instant(deps));
      deps.log("info", "replay_done", { replay_id: replayId, count: replay.done });
      return;
    }
    await putBack(letters, replay, deps);
  }
}

type Target = { queue: QueueName; envelope: Envelope };

async function putBack(letters: readonly LetterRow[], replay: ReplayRow, deps: ReplayDeps): Promise<void> {
  const at = instant(deps);
  const targets = letters.map((letter) => ({ letter, target: targetOf(letter, replay, deps) }));
  const steps = targets.flatMap(({ letter, target }) => (target === null ? [] : stepFor(letter, replay, at, deps)));
  // The step first: the fate that it opens again must not come after the one that the replay leads to.
  await deps.publish("audit", steps);
  const sent = targets.flatMap(({ target }) => target ?? []);
  for (const [queue, group] of Map.groupBy(sent, (target) => target.queue)) {
    await deps.publish(
      queue,
      group.map(({ envelope }) => envelope),
    );
  }
  const ids = (isSent: boolean) =>
    targets.filter(({ target }) => (target !== null) === isSent).map(({ letter }) => letter.letter_id);
  const deed = { at, by: replay.requested_by, replay_id: replay.replay_id };
  if (sent.length > 0) await deps.store.settle(replay.replay_id, ids(true), "replayed", { ...deed, did: "replayed" });
  const left = ids(false);
  if (left.length > 0)
    await deps.store.settle(replay.replay_id, left, "open", { ...deed, did: "could not be replayed" });
}

/** Null when the letter can't be put back this way: it is no envelope, or names no raw body. */
function targetOf(
  letter: LetterRow,
  { how, requested_by }: Pick<ReplayRow, "how" | "requested_by">,
  ports: EnvelopePorts,
): Target | null {
  const parsed = EnvelopeSchema.safeParse(letter.event);
  // What was not understood is no event yet: it never had a stage but its raw body.
  if (how === "raw" || (!parsed.success && letter.raw_ref !== null)) {
    const key = RawKey.safeParse(letter.raw_ref ?? rawRefOf(parsed.data?.payload));
    if (!key.success) return null;
    const payload = { key: key.data, requested_by, requested_at: instant(ports) };
    const correlation_id = letter.correlation_id ?? ports.newEventId().replaceAll("-", "");
    const cause = { correlation_id, priority: parsed.data?.priority ?? "standard", causation_id: null };
    return { queue: replayQueueOf(key.data), envelope: createEnvelope(rawReplay, payload, cause, ports) };
  }
  if (!parsed.success) return null;
  const { first_failed_at: _failed, rules_as_of: _then, ...envelope } = parsed.data;
  const queue = QUEUE_NAMES.find((name) => name === letter.queue);
  const then = how === "stage_then" ? { rules_as_of: envelope.published_at } : {};
  return queue === undefined ? null : { queue, envelope: { ...envelope, ...then, attempt: 1 } };
}

function stepFor(letter: LetterRow, replay: ReplayRow, at: string, ports: EnvelopePorts): Envelope[] {
  const signalId = SignalId.safeParse(letter.signal_id);
  if (!signalId.success || letter.correlation_id === null || letter.queue === "audit") return [];
  const rules = replay.how === "stage_then" ? ", by the rules of then," : "";
  const where = replay.how === "raw" ? "from its raw body" : `from ${letter.stage}${rules}`;
  const step = stepOf({
    signal_id: signalId.data,
    layer: "console",
    step: "replayed",
    at,
    summary: `Replayed ${where} by ${replay.requested_by}.`,
    data: { letter_id: letter.letter_id, replay_id: replay.replay_id },
    actor: { kind: "person", id: replay.requested_by, via: "page" },
    fate: "in_progress",
  });
  const cause = { correlation_id: letter.correlation_id, priority: "standard", causation_id: null } as const;
  return [createEnvelope(auditStep, step, cause, ports)];
}

/** In a signal itself, or in the enriched one that carries it. */
function rawRefOf(payload: unknown): unknown {
  if (typeof payload !== "object" || payload === null) return null;
  if ("raw_ref" in payload) return payload.raw_ref;
  return "signal" in payload ? rawRefOf(payload.signal) : null;
}

function instant({ now }: Pick<EnvelopePorts, "now">): string {
  return new Date(now()).toISOString();
}
