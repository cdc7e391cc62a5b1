// The heap of an isolate, as V8 tells it over the inspector. Rule: connected before there is any load, because a busy
// isolate lets nobody in; it answers between pieces of work, so what lies between two samples is not seen.
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";

const EVERY_MS = 5;
/** An isolate at work may take long to answer, but not so long. */
const PATIENCE_MS = 120_000;

const Reply = z.object({ id: z.int(), result: z.unknown() });
const Usage = z.object({ usedSize: z.number(), totalSize: z.number(), backingStorageSize: z.number() });

/** In bytes: objects, with those that wait to be collected; what V8 holds for them; buffers, which are in neither. */
type Heap = { used: number; reserved: number; buffers: number };
/** The most of each, and of used and buffers together, in bytes. */
export type Peak = Heap & { held: number; samples: number };

export type Probe = { heap(): Promise<Heap>; close(): void };

export async function connect(inspector: URL): Promise<Probe> {
  // Whoever calls is asked for an origin; that Node's WebSocket takes headers, its types don't say.
  const socket: WebSocket = Reflect.construct(WebSocket, [inspector, { headers: { origin: "http://localhost" } }]);
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener("message", ({ data }) => {
    const reply = Reply.safeParse(JSON.parse(String(data)));
    if (reply.success) waiting.get(reply.data.id)?.(reply.data.result);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", () => reject(new Error(`${inspector} lets nobody in`)), { once: true });
  });
  let asked = 0;
  return {
    async heap() {
      asked += 1;
      const id = asked;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.set(id, resolve);
      const timer = setTimeout(() => reject(new Error(`${inspector} told no heap in time`)), PATIENCE_MS);
      timer.unref();
      try {
        socket.send(JSON.stringify({ id, method: "Runtime.getHeapUsage" }));
        const { usedSize, totalSize, backingStorageSize } = Usage.parse(await promise);
        return { used: usedSize, reserved: totalSize, buffers: backingStorageSize };
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
      }
    },
    close: () => socket.close(),
  };
}

/** The peak of the heap while some work is done. */
export async function peakDuring({ heap }: Probe, work: () => Promise<unknown>): Promise<Peak> {
  const peak: Peak = { used: 0, reserved: 0, buffers: 0, held: 0, samples: 0 };
  let done = false;
  const working = work().finally(() => {
    done = true;
  });
  const sampling = async () => {
    do {
      const { used, reserved, buffers } = await heap();
      peak.used = Math.max(peak.used, used);
      peak.reserved = Math.max(peak.reserved, reserved);
      peak.buffers = Math.max(peak.buffers, buffers);
      peak.held = Math.max(peak.held, used + buffers);
      peak.samples += 1;
      await sleep(EVERY_MS);
    } while (!done);
  };
  await Promise.all([working, sampling()]);
  return peak;
}
