// Env -> deps -> app. The one place of the rules' site that touches the environment.
import document from "#rules/default.yaml";
import { DEFAULT_VERSION } from "#rules/default-version.ts";
import type { Sql } from "#rules/store.ts";
import { countSignals, storedSignals } from "#rules/stored-signals.ts";
import { createLog } from "#runtime/log.ts";
import base from "#web/assets/base.css";
import card from "#web/assets/card.css";
import controls from "#web/assets/controls.css";
import icon from "#web/assets/icon.svg";
import lists from "#web/assets/lists.css";
import rules from "#web/assets/rules.css";
import script from "#web/assets/times.client.js";
import { accessKeysOf } from "#web/auth/access-keys.ts";
import { createPeopleReader } from "#web/auth/people.ts";
import { createRulesSite } from "./rules-site.tsx";
import { createVersions } from "./versions.ts";

const SHIPPED = { version: DEFAULT_VERSION, document };
const log = createLog("rules");

function siteOf(env: Env) {
  const sql: Sql = async (statement, parameters) => {
    const prepared = env.DB.prepare(statement).bind(...parameters);
    return (await prepared.all()).results;
  };
  return createRulesSite({
    versions: createVersions(sql, SHIPPED, Date.now),
    past: { count: (period) => countSignals(sql, period), signals: (period) => storedSignals(sql, period) },
    approvalTtlSeconds: env.APPROVAL_TTL_SECONDS,
    settings: env,
    assets: { style: base + controls + card + lists + rules, script, icon, base: "/rules/assets" },
    keysOf: accessKeysOf,
    people: createPeopleReader(sql),
    now: Date.now,
    newRequestId: () => crypto.randomUUID().replaceAll("-", ""),
    log,
  });
}

/** Routes are compiled once per isolate, not once per request. */
let site: ReturnType<typeof siteOf> | undefined;

export default {
  fetch(request, env) {
    site ??= siteOf(env);
    return site.fetch(request);
  },
} satisfies ExportedHandler<Env>;
