// A bare consumer that makes as many fetches as it is told and passes its events on, and the end of the road for it and for
// enrich. Rule: it parses what it consumes and what it fetches, six at a time, and does nothing else.
import type { UpstreamRpc, UpstreamStatus } from "#contract/upstream.ts";

type Bindings = {
  HUBSPOT_API_URL: string;
  HUBSPOT_API_VERSION: string;
  HUBSPOT_ACCESS_TOKEN: string;
  BARE: Queue<string>;
  BARE_DONE: Queue<string>;
  UPSTREAM: { getByName(system: string): UpstreamRpc };
};
type BareEvent = { deal: string; fetches: number };
/** `batched` counts the reads that another signal of the batch had made. */
export type Seen = { arrived: number; reads: number; batched: number; upstream: UpstreamStatus };

/** Connections that a Worker may wait for at once. */
const AT_ONCE = 6;

let [arrived, reads, batched] = [0, 0, 0];

export default {
  async fetch(_request: Request, { UPSTREAM }: Bindings): Promise<Response> {
    const upstream = await UPSTREAM.getByName("hubspot").status();
    return Response.json({ arrived, reads, batched, upstream } satisfies Seen);
  },

  async queue(batch: MessageBatch<string>, env: Bindings): Promise<void> {
    if (batch.queue === "bare") return consumeBare(batch, env);
    for (const { body } of batch.messages) {
      const events: { payload?: { data?: { providers?: { from: string }[] } } }[] = JSON.parse(body);
      if (batch.queue !== "audit") arrived += events.length;
      const told = batch.queue === "audit" ? events.flatMap(({ payload }) => payload?.data?.providers ?? []) : [];
      reads += told.length;
      batched += told.filter(({ from }) => from === "cache").length;
    }
  },
};

async function consumeBare(batch: MessageBatch<string>, env: Bindings): Promise<void> {
  const events = batch.messages.flatMap(({ body }): BareEvent[] => JSON.parse(body));
  const calls = events.flatMap(({ deal, fetches }) => Array.from({ length: fetches }, () => deal)).values();
  const work = async () => {
    for (const deal of calls) {
      const url = `${env.HUBSPOT_API_URL}/crm/objects/${env.HUBSPOT_API_VERSION}/deals/${deal}?associations=contacts,tasks`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${env.HUBSPOT_ACCESS_TOKEN}` } });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      await answer.json();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  // One by one: together they may be more than a call takes (256 KB).
  for (const { body } of batch.messages) await env.BARE_DONE.send(body, { contentType: "text" });
}
