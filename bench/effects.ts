// Signals that have an effect at once, a task in the CRM, each on a deal of its own; and when each effect was there. Rule:
// both ends are read from one clock: the sender's before it sends, and the Deal object's after the outside system answered.
import { dealChange, putDeal } from "../tests/support/deals.ts";
import type { Accepted, Pipeline } from "../tests/support/pipeline.ts";

const AT_ONCE = 20;
/** HubSpot sends up to a hundred events in a request. */
const EVENTS_A_REQUEST = 100;
let nextDeal = 600_000;

/** New deals in the sandbox's CRM, on which a competitor's name leads to a task. */
export async function newDeals(pipeline: Pipeline, count: number): Promise<number[]> {
  const ids = Array.from({ length: count }, () => ++nextDeal);
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const now = new Date().toISOString();
    await Promise.all(some.map((id) => putDeal(pipeline, String(id), { notes_last_updated: now })));
  }
  return ids;
}

export type Sent = { at: number; signalIds: string[] };

/** One webhook for each hundred deals. */
export async function send(pipeline: Pipeline, deals: readonly number[]): Promise<Sent[]> {
  const requests = Array.from({ length: Math.ceil(deals.length / EVENTS_A_REQUEST) }, async (_, n) => {
    const events = deals
      .slice(n * EVENTS_A_REQUEST, (n + 1) * EVENTS_A_REQUEST)
      .map((id) => dealChange(id, "competitors", "Globex"));
    const at = Date.now();
    const answer = await pipeline.hubspot(events);
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    const { signals }: Accepted = await answer.json();
    return { at, signalIds: signals.map(({ signal_id }) => signal_id) };
  });
  return Promise.all(requests);
}

/** Waits for the effects of what was sent; how long each took, in milliseconds. */
export async function latencies(pipeline: Pipeline, sent: readonly Sent[], timeoutMs = 120_000): Promise<number[]> {
  const sentAt = new Map(sent.flatMap(({ at, signalIds }) => signalIds.map((id) => [id, at] as const)));
  const rows = await pipeline.until(
    `${sentAt.size} effects`,
    async () => {
      const found = await pipeline.query(
        `SELECT signal_id, max(at) AS at FROM trail WHERE layer = 'deal' AND step = 'executed'
           AND signal_id IN (SELECT value FROM json_each(?1)) GROUP BY signal_id`,
        JSON.stringify([...sentAt.keys()]),
      );
      return found.length === sentAt.size && found;
    },
    timeoutMs,
  );
  return rows.map(({ signal_id, at }) => Date.parse(String(at)) - (sentAt.get(String(signal_id)) ?? Number.NaN));
}
