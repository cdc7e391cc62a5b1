// A relay of four queues with the batch settings of the pipeline's own. Rule: it parses each message, as any consumer must,
// sends it on as it is, and knows only how many came through.
import { PACK_BYTES } from "#contract/queues.ts";

type Bindings = Record<"FIRST" | "SECOND" | "THIRD" | "FOURTH", Queue<string>>;

const NEXT: Readonly<Record<string, keyof Bindings>> = { first: "SECOND", second: "THIRD", third: "FOURTH" };
/** About as large as a signal with its envelope. */
const EVENT = { event_id: "019aa000-0000-7000-8000-000000000001", text: "x".repeat(700) };

let arrived = 0;

export default {
  /** Sends events, in packs as the pipeline's are, and answers the milliseconds until all were through. */
  async fetch(request: Request, { FIRST }: Bindings): Promise<Response> {
    const count = Number(new URL(request.url).searchParams.get("events"));
    const goal = arrived + count;
    const startedAt = Date.now();
    const inPack = Math.floor(PACK_BYTES / JSON.stringify(EVENT).length);
    for (let sent = 0; sent < count; sent += inPack) {
      await FIRST.send(JSON.stringify(Array.from({ length: Math.min(inPack, count - sent) }, () => EVENT)), {
        contentType: "text",
      });
    }
    while (arrived < goal) await new Promise((resolve) => setTimeout(resolve, 5));
    return new Response(String(Date.now() - startedAt));
  },

  async queue(batch: MessageBatch<string>, env: Bindings): Promise<void> {
    const next = NEXT[batch.queue];
    for (const { body } of batch.messages) {
      const events: unknown[] = JSON.parse(body);
      if (next === undefined) arrived += events.length;
      else await env[next].send(JSON.stringify(events), { contentType: "text" });
    }
  },
};
