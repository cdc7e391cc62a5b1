// Env -> deps -> app. The one place of the desk that touches the environment.
import type { ActionChanged } from "#contract/action-changed.ts";
import type { DealName } from "#contract/deal.ts";
import { actionChanged } from "#contract/messages.ts";
import { consume } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import { createLog } from "#runtime/log.ts";
import { done } from "#runtime/outcome.ts";
import { consumePorts } from "#runtime/ports.ts";
import base from "#web/assets/base.css";
import card from "#web/assets/card.css";
import controls from "#web/assets/controls.css";
import script from "#web/assets/desk.client.js";
import icon from "#web/assets/icon.svg";
import lists from "#web/assets/lists.css";
import { accessKeysOf } from "#web/auth/access-keys.ts";
import type { Sql } from "#web/row-reader.ts";
import { createDealClient, type DealStub } from "./deal-client.ts";
import { createDesk } from "./desk.tsx";
import { createReadModel } from "./read-model.ts";

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

  async queue(batch, env) {
    const bindings = { notices: env.NOTICES, "notices-dead": env.NOTICES_DEAD };
    const ports = consumePorts("desk", bindings, env.RETRY_BASE_SECONDS);
    await consume(
      "notices",
      actionChanged,
      batch,
      eachEvent<ActionChanged>(async () => done(), ports.log),
      ports,
    );
  },
} satisfies ExportedHandler<Bindings>;
