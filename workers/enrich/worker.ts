// The enrich Worker: from the environment to the core, and nothing else. Rule: the only file of this layer that touches
// `env`.
import { actionReleased, intentObserved, signalReceived } from "#contract/messages.ts";
import { plainQueueName } from "#contract/queues.ts";
import type { UpstreamRpc } from "#contract/upstream.ts";
import { consume } from "#runtime/consume.ts";
import { countedD1 } from "#runtime/counted-d1.ts";
import { createLog } from "#runtime/log.ts";
import { noteJob } from "#runtime/note-job.ts";
import { consumePorts } from "#runtime/ports.ts";
import { cachedFetch, type RecordCache } from "#runtime/record-cache.ts";
import { countCache, guardedFetch, type UpstreamLocals } from "#runtime/upstream-fetch.ts";
import { createTargetOf } from "#runtime/upstream-target.ts";
import { createShareToken } from "#runtime/upstream-token.ts";
import { countedStub } from "#runtime/usage.ts";
import { createEnrich } from "./enrich.ts";
import { forgetting } from "./forget-changed.ts";
import { deleteFrom, forget } from "./identity/forget.ts";
import { createMemory } from "./identity/memory.ts";
import { createIntentStore } from "./intent-store.ts";
import { createObserve } from "./observe.ts";
import { createPeople, type PeopleCache } from "./people.ts";
import { PROVIDERS } from "./providers/registry.ts";
import { createRecheck } from "./recheck.ts";
import { tellArrivals } from "./tell-arrivals.ts";
import { readUrgencyRules } from "./urgency-rules.ts";

/** The class lives in another Worker; its type here is the contract. */
type Bindings = Omit<Env, "UPSTREAM"> & { UPSTREAM: { getByName(system: string): UpstreamRpc } };

/** They live as long as the isolate. */
const upstreams: UpstreamLocals = new Map();
const records: RecordCache = new Map();
const people: { kept: PeopleCache } = { kept: { people: null } };

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
        rechecked: env.RECHECKED,
        rechecks: env.RECHECKS,
        "rechecks-dead": env.RECHECKS_DEAD,
      },
      env.RETRY_BASE_SECONDS,
      env.VERSION,
    );
    const { now, log } = ports;
    const targetOf = createTargetOf(env);
    const upstream = (system: string) => countedStub(env.UPSTREAM.getByName(system));
    const db = countedD1(env.DB);
    const guarded = guardedFetch(upstreams, { fetch: fetch.bind(globalThis), now, log, upstream, targetOf });
    const count = (system: string, hit: boolean) => countCache(upstreams, system, hit);
    const deps = {
      providers: PROVIDERS,
      settings: env,
      memory: createMemory(db),
      people: createPeople(db, people, now),
      fetch: guarded,
      shareToken: createShareToken({ upstream, now, log, sleep: (ms) => scheduler.wait(ms) }),
      now,
      log,
    };
    const cached = { ...deps, fetch: cachedFetch(records, targetOf, { fetch: guarded, now, count }) };
    const { rules: urgencyRules, problem } = readUrgencyRules(env.URGENCY_RULES);
    if (problem !== null) log("error", "urgency_rules_ignored", { reason: problem });
    const queue = plainQueueName(batch.queue);
    switch (queue) {
      case "signals":
      case "signals-bulk":
        return consume(
          queue,
          signalReceived,
          batch,
          tellArrivals(forgetting(records, createEnrich({ ...cached, urgencyRules })), ports),
          ports,
        );
      case "rechecks":
        return consume("rechecks", actionReleased, batch, createRecheck(deps), ports);
      case "intent": {
        const observe = createObserve({ keep: createIntentStore(db), threshold: env.BOMBORA_THRESHOLD, ...ports });
        return consume("intent", intentObserved, batch, observe, ports);
      }
      default:
        throw new Error(`enrich does not consume the queue "${batch.queue}"`);
    }
  },

  async scheduled(controller, env) {
    const log = createLog("enrich");
    await noteJob("forget", env.DB, { now: Date.now, log }, async () =>
      log("info", "forgotten", await forget(deleteFrom(env.DB), controller.scheduledTime)),
    );
  },
} satisfies ExportedHandler<Bindings>;
