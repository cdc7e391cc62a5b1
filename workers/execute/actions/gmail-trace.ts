// Finds what an earlier attempt left in a mailbox: the sent mail, else the draft. Gmail replaces Message-ID when it
// sends, so a mail is recognised by a header of ours. Rule: "none" is answered only when everything since the action's
// release has been read.
import type { Gmail, HeaderRead, Listed } from "#connectors/gmail.ts";
import type { CallResult } from "#runtime/http.ts";

/** Carries the action's id. Gmail does not search it, so candidates are listed by recipient, newest first, and read. */
export const ACTION_HEADER = "X-Dealwire-Action";

export type Trace = { kind: "sent"; messageId: string } | { kind: "draft"; draftId: string } | { kind: "none" };
export type TraceSearch = { actionId: string; to: string; sinceMs: number; correlationId: string };

/** Gmail's search lags behind by seconds; callers come after the end of a lease, which is longer. */
export async function findTrace(gmail: Gmail, search: TraceSearch): Promise<CallResult<Trace>> {
  const { correlationId } = search;
  const read = (messageId: string) => gmail.readHeader(messageId, ACTION_HEADER, correlationId);

  const mails = await gmail.listMessages(`in:sent to:${search.to}`, correlationId);
  const sent = await pick(mails, (messageId) => read(messageId), search);
  if (!sent.ok) return sent;
  if (sent.value !== null) return { ...sent, value: { kind: "sent", messageId: sent.value } };

  const drafts = await gmail.listDrafts(`to:${search.to}`, correlationId);
  const draft = await pick(drafts, ({ messageId }) => read(messageId), search);
  if (!draft.ok) return draft;
  if (draft.value === null) return { ...draft, value: { kind: "none" } };
  return { ...draft, value: { kind: "draft", draftId: draft.value.id } };
}

/** The listed item that carries the action's id, or null; candidates are read side by side. */
async function pick<Item>(
  listed: CallResult<Listed<Item>>,
  read: (item: Item) => Promise<CallResult<HeaderRead>>,
  { actionId, sinceMs }: TraceSearch,
): Promise<CallResult<Item | null>> {
  if (!listed.ok) return listed;
  const { items, more } = listed.value;
  const reads = await Promise.all(items.map(read));
  const found = items[reads.findIndex((result) => result.ok && result.value.value === actionId)];
  if (found !== undefined) return { ...listed, value: found };
  // What went away between list and read is not ours to find; any other failure leaves the question open.
  const failed = reads.find((result) => !result.ok && result.failure.kind !== "not_found");
  if (failed !== undefined && !failed.ok) return failed;
  const reachesBack = reads.some((result) => result.ok && result.value.dateMs < sinceMs);
  if (!more || reachesBack) return { ...listed, value: null };
  const reason = "Gmail: more mails to this recipient since the release than are read, none of those read is it";
  return { ok: false, failure: { kind: "rejected", status: 200, reason } };
}
