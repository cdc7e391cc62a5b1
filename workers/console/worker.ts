// Env -> deps -> app. The one place of the console that touches the environment.
import { waitUntil } from "cloudflare:workers";
import uplot from "uplot/dist/uPlot.iife.min.js";
import charts from "uplot/dist/uPlot.min.css";
import { uuidv7 } from "uuidv7";
import { alertSettings } from "#contract/alert-settings.ts";
import { readRolled } from "#contract/rolled-signal.ts";
import { codeVersionOf } from "#runtime/code-version.ts";
import { createLog } from "#runtime/log.ts";
import { noteJob } from "#runtime/note-job.ts";
import { createPublish } from "#runtime/publish.ts";
import base from "#web/assets/base.css";
import card from "#web/assets/card.css";
import controls from "#web/assets/controls.css";
import icon from "#web/assets/icon.svg";
import lists from "#web/assets/lists.css";
import metrics from "#web/assets/metrics.css";
import search from "#web/assets/search.css";
import script from "#web/assets/times.client.js";
import { accessKeysOf } from "#web/auth/access-keys.ts";
import { createPeopleReader } from "#web/auth/people.ts";
import type { Sql } from "#web/row-reader.ts";
import { createConsole } from "./console.tsx";
import type { ConsoleDeps } from "./deps.ts";
import { createReadHealth } from "./health-store.ts";
import { resumeReplays } from "./letters/begin-replay.ts";
import { createLetterStore } from "./letters/letter-store.ts";
import chart from "./metrics/chart.client.js";
import { createMetricsStore } from "./metrics/metrics-store.ts";
import { createRawBodies } from "./raw-bodies.ts";
import { createReadAside } from "./read-aside.ts";
import { createReadChain } from "./read-chain.ts";
import { createReadModel, type RolledFiles } from "./read-model.ts";
import { watchLedger } from "./watch-ledger.ts";

const log = createLog("console");

const sqlOf =
  (env: Env): Sql =>
  async (statement, parameters) =>
    (
      await env.DB.prepare(statement)
        .bind(...parameters)
        .all()
    ).results;

function depsOf(env: Env): ConsoleDeps {
  const sql = sqlOf(env);
  const rolledFiles: RolledFiles = async (key) => {
    const file = await env.TRAIL.get(key);
    return file === null ? null : readRolled(file.body);
  };
  return {
    readModel: createReadModel(sql, log, rolledFiles),
    readAside: createReadAside(env.TRAIL),
    chain: createReadChain(sql, rolledFiles, env.TRAIL),
    rawBodies: createRawBodies(env.RAW),
    publish: createPublish({
      imports: env.IMPORTS,
      signals: env.SIGNALS,
      "signals-bulk": env.SIGNALS_BULK,
      intent: env.INTENT,
      enriched: env.ENRICHED,
      plans: env.PLANS,
      rechecks: env.RECHECKS,
      rechecked: env.RECHECKED,
      actions: env.ACTIONS,
      notices: env.NOTICES,
      audit: env.AUDIT,
      replays: env.REPLAYS,
      "mail-replays": env.MAIL_REPLAYS,
      erasures: env.ERASURES,
    }),
    letters: createLetterStore(sql),
    metrics: createMetricsStore(sql),
    readHealth: createReadHealth(sql),
    background: waitUntil,
    newEventId: uuidv7,
    codeVersion: codeVersionOf(env.VERSION),
    settings: env,
    assets: {
      style: base + controls + card + lists + search + metrics + charts,
      script: script + uplot + chart,
      icon,
      base: "/signals/assets",
    },
    keysOf: accessKeysOf,
    people: createPeopleReader(sql),
    now: Date.now,
    newRequestId: () => crypto.randomUUID().replaceAll("-", ""),
    log,
  };
}

/** Routes are compiled once per isolate, not once per request. */
let site: ReturnType<typeof createConsole> | undefined;

export default {
  fetch(request, env) {
    site ??= createConsole(depsOf(env));
    return site.fetch(request);
  },

  /** Every minute: replays that were interrupted go on, and the ledger's own job is watched. */
  async scheduled(_run, env) {
    const deps = depsOf(env);
    await noteJob("replays", env.DB, deps, () => resumeReplays(deps));
    await watchLedger(alertSettings(env.ALERTS).settings, env.PUBLIC_URL, { ...deps, sql: sqlOf(env) });
  },
} satisfies ExportedHandler<Env>;
