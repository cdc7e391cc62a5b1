// The enrich Worker: from the environment to the core, and nothing else. Rule: the only file of this layer that touches
// `env`.
import { intentObserved, signalReceived } from "#contract/messages.ts";
import { consume } from "#runtime/consume.ts";
import { consumePorts } from "#runtime/ports.ts";
import { createEnrich } from "./enrich.ts";
import { createIntentStore } from "./intent-store.ts";
import { createObserve } from "./observe.ts";
import { PROVIDERS } from "./providers/registry.ts";

export default {
  async queue(batch, env) {
    const ports = consumePorts(
      "enrich",
      {
        enriched: env.ENRICHED,
        audit: env.AUDIT,
        signals: env.SIGNALS,
        "signals-dead": env.SIGNALS_DEAD,
        "signals-bulk": env.SIGNALS_BULK,
        "signals-bulk-dead": env.SIGNALS_BULK_DEAD,
        intent: env.INTENT,
        "intent-dead": env.INTENT_DEAD,
      },
      env.RETRY_BASE_SECONDS,
    );
    const enrich = createEnrich({
      providers: PROVIDERS,
      settings: env,
      // Called on its own: the platform's fetch refuses to be called as a method of another object.
      fetch: (input, init) => fetch(input, init),
      now: ports.now,
      log: ports.log,
    });
    switch (batch.queue) {
      case "signals":
      case "signals-bulk":
        return consume(batch.queue, signalReceived, batch, enrich, ports);
      case "intent": {
        const observe = createObserve({ keep: createIntentStore(env.DB), threshold: env.BOMBORA_THRESHOLD, ...ports });
        return consume("intent", intentObserved, batch, observe, ports);
      }
      default:
        throw new Error(`enrich does not consume the queue "${batch.queue}"`);
    }
  },
} satisfies ExportedHandler<Env>;
