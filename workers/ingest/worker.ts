// The ingest Worker: environment in, core out.
import { uuidv7 } from "uuidv7";
import { createLog } from "#runtime/log.ts";
import { createPublish } from "#runtime/publish.ts";
import { ingest } from "./ingest.ts";
import { SOURCES } from "./sources/registry.ts";
import trackScript from "./track.client.js";

export default {
  fetch: (request, env) =>
    ingest(request, {
      sources: SOURCES,
      settings: { ...env },
      publish: createPublish({
        signals: env.SIGNALS,
        "signals-bulk": env.SIGNALS_BULK,
        audit: env.AUDIT,
        "signals-dead": env.SIGNALS_DEAD,
      }),
      limit: async (key) => (await env.TRACK_LIMIT.limit({ key })).success,
      trackScript,
      log: createLog("ingest"),
      now: Date.now,
      newEventId: uuidv7,
    }),
} satisfies ExportedHandler<Env>;
