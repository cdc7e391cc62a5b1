// The ingest Worker: environment in, core out.
import { uuidv7 } from "uuidv7";
import { rawReplay } from "#contract/messages.ts";
import { codeVersionOf } from "#runtime/code-version.ts";
import { consume } from "#runtime/consume.ts";
import { createLog } from "#runtime/log.ts";
import { consumePorts } from "#runtime/ports.ts";
import { createPublish } from "#runtime/publish.ts";
import { createGetRaw } from "#runtime/read-raw.ts";
import { use } from "#runtime/usage.ts";
import { createBacklog } from "./backlog.ts";
import { within } from "./deadline.ts";
import { ingest } from "./ingest.ts";
import { createRawStore } from "./raw-store.ts";
import { createReplay } from "./replay.ts";
import { SOURCES } from "./sources/registry.ts";
import trackScript from "./track.client.js";

const log = createLog("ingest");

const queuesOf = (env: Env) => ({
  signals: env.SIGNALS,
  "signals-bulk": env.SIGNALS_BULK,
  intent: env.INTENT,
  "intent-dead": env.INTENT_DEAD,
  audit: env.AUDIT,
  erasures: env.ERASURES,
  "signals-dead": env.SIGNALS_DEAD,
  replays: env.REPLAYS,
  "replays-dead": env.REPLAYS_DEAD,
});

/** A request waits for it, once in a few seconds. */
const METRICS_LIMIT_MS = 500;

/** What an isolate knows of the backlog outlives a request. */
let shedLevel: ReturnType<typeof createBacklog> | undefined;

export default {
  fetch(request, env) {
    use("requests");
    const queues = queuesOf(env);
    shedLevel ??= createBacklog({
      metrics: (lane) => within(METRICS_LIMIT_MS, queues[lane].metrics()),
      now: Date.now,
      log,
    });
    return ingest(request, {
      sources: SOURCES,
      settings: { ...env },
      publish: createPublish(queues),
      shedLevel,
      limit: async (kind, key) =>
        (await { source: env.SOURCE_LIMIT, key: env.TRACK_LIMIT }[kind].limit({ key })).success,
      raw: createRawStore(env.RAW),
      trackScript,
      log,
      now: Date.now,
      newEventId: uuidv7,
      codeVersion: codeVersionOf(env.VERSION),
    });
  },

  async queue(batch, env) {
    const ports = consumePorts("ingest", queuesOf(env), env.RETRY_BASE_SECONDS, env.VERSION);
    const replay = createReplay({ sources: SOURCES, settings: { ...env }, getRaw: createGetRaw(env.RAW), ...ports });
    await consume("replays", rawReplay, batch, replay, ports);
  },
} satisfies ExportedHandler<Env>;
