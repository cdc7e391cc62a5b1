// Env -> deps -> app. The one place of the console that touches the environment.
import { uuidv7 } from "uuidv7";
import { createLog } from "#runtime/log.ts";
import { createPublish } from "#runtime/publish.ts";
import base from "#web/assets/base.css";
import card from "#web/assets/card.css";
import controls from "#web/assets/controls.css";
import script from "#web/assets/desk.client.js";
import icon from "#web/assets/icon.svg";
import lists from "#web/assets/lists.css";
import { accessKeysOf } from "#web/auth/access-keys.ts";
import type { Sql } from "#web/row-reader.ts";
import { createConsole } from "./console.tsx";
import { createRawBodies } from "./raw-bodies.ts";
import { createReadModel } from "./read-model.ts";

const log = createLog("console");

function consoleOf(env: Env) {
  const sql: Sql = async (statement, parameters) => {
    const prepared = env.DB.prepare(statement).bind(...parameters);
    return (await prepared.all()).results;
  };
  return createConsole({
    readModel: createReadModel(sql, log),
    rawBodies: createRawBodies(env.RAW),
    publish: createPublish({ replays: env.REPLAYS }),
    newEventId: uuidv7,
    settings: env,
    assets: { style: base + controls + card + lists, script, icon },
    keysOf: accessKeysOf,
    now: Date.now,
    newRequestId: () => crypto.randomUUID().replaceAll("-", ""),
    log,
  });
}

/** Routes are compiled once per isolate, not once per request. */
let site: ReturnType<typeof consoleOf> | undefined;

export default {
  fetch(request, env) {
    site ??= consoleOf(env);
    return site.fetch(request);
  },
} satisfies ExportedHandler<Env>;
