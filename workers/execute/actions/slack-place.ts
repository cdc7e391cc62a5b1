// Where an alert goes in Slack besides a channel: a person's direct messages, and the thread of what it is about. Rule:
// threads are remembered by Slack alone: the first alert of a thread carries its key in its metadata.
import type { Slack } from "#connectors/slack.ts";
import type { CallResult } from "#runtime/http.ts";
import type { Attempt } from "./action-adapter.ts";

/** As an alert's channel: the direct messages of `to_email`. */
export const OWNER_CHANNEL = "owner";
/** An alert that comes later opens a thread of its own. */
const THREAD_MS = 30 * 86_400_000;

/** The id of the direct message with the person of that address. */
export async function ownerChannel(slack: Slack, email: string, correlationId: string): Promise<CallResult<string>> {
  const user = await slack.userByEmail(email, correlationId);
  return user.ok ? slack.openDirectMessage(user.value, correlationId) : user;
}

/**
 * The `ts` of the message that opened the thread of `threadKey` in a channel, or null. A thread is a nicety: where the
 * history can't be read, for want of a scope for example, the alert goes out without one. Two alerts at the same moment
 * may open two threads.
 */
export async function findThread(
  slack: Slack,
  channel: string,
  threadKey: string,
  nowMs: number,
  { correlationId }: Attempt,
): Promise<CallResult<string | null>> {
  const search = { channel, key: "thread_key", value: threadKey, oldestMs: nowMs - THREAD_MS };
  const found = await slack.findByMetadata(search, correlationId);
  if (found.ok) return { ...found, value: found.value?.ts ?? null };
  const { kind } = found.failure;
  if (kind === "no_answer" || kind === "unavailable") return found;
  return { ok: true, value: null, status: 200, headers: new Headers() };
}
