// Env -> deps -> app. The one place of the desk that touches the environment.
import { uuidv7 } from "uuidv7";
import type { DealName } from "#contract/deal.ts";
import { createLog } from "#runtime/log.ts";
import { createPublish } from "#runtime/publish.ts";
import base from "./assets/base.css";
import card from "./assets/card.css";
import controls from "./assets/controls.css";
import script from "./assets/desk.client.js";
import icon from "./assets/icon.svg";
import lists from "./assets/lists.css";
import { accessKeysOf } from "./auth/access-keys.ts";
import { createDealClient, type DealStub } from "./deal-client.ts";
import { createDesk } from "./desk.tsx";
import { createRawBodies } from "./raw-bodies.ts";
import { createReadModel, type Sql } from "./read-model.ts";

/** The Deal class lives in another Worker; its type here is the contract. */
type Bindings = Omit<Env, "DEAL"> & { DEAL: { getByName(name: DealName): DealStub } };

const log = createLog("desk");

function deskOf(env: Bindings) {
  const sql: Sql = async (statement, parameters) => {
    const prepared = env.DB.prepare(statement).bind(...parameters);
    return (await prepared.all()).results;
  };
  return createDesk({
    readModel: createReadModel(sql, log),
    rawBodies: createRawBodies(env.RAW),
    publish: createPublish({ replays: env.REPLAYS }),
    newEventId: uuidv7,
    deal: createDealClient((subject) => env.DEAL.getByName(subject)),
    settings: env,
    assets: { style: base + controls + card + lists, script, icon },
    keysOf: accessKeysOf,
    now: Date.now,
    newRequestId: () => crypto.randomUUID().replaceAll("-", ""),
    log,
  });
}

/** Routes are compiled once per isolate, not once per request. */
let desk: ReturnType<typeof deskOf> | undefined;

export default {
  fetch(request, env) {
    desk ??= deskOf(env);
    return desk.fetch(request);
  },
} satisfies ExportedHandler<Bindings>;
