// Turns a handler of one event into a handler of a batch, with bounded concurrency. Rule: a throw is a bug of that one
// event; it is logged with the correlation id and becomes a Retry, and the others go on.
import type { Event } from "#contract/envelope.ts";
import type { BatchHandler } from "./consume.ts";
import type { Log } from "./log.ts";
import { type Outcome, retry } from "./outcome.ts";

/** A Worker may wait for six outgoing connections at once (platform limit); the seventh would only queue. */
const CONCURRENCY = 6;

export function eachEvent<Payload>(
  handle: (event: Event<Payload>) => Promise<Outcome>,
  log: Log,
  concurrency = CONCURRENCY,
): BatchHandler<Payload> {
  return async (events) => {
    const outcomes: Outcome[] = [];
    const queue = events.entries();
    const work = async () => {
      for (const [index, event] of queue) {
        try {
          outcomes[index] = await handle(event);
        } catch (error) {
          log("error", "handler_threw", { reason: String(error), correlation_id: event.correlation_id });
          outcomes[index] = retry(`a bug: ${String(error)}`);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, events.length) }, work));
    return outcomes;
  };
}
