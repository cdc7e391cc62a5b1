// The ledger Worker: env to deps to handlers. The only file here that touches `env`.
import type { BudgetRpc } from "#contract/budget.ts";
import type { DealRpc } from "#contract/deal.ts";
import { auditStep, erasureRequested } from "#contract/messages.ts";
import { plainQueueName } from "#contract/queues.ts";
import type { UpstreamRpc } from "#contract/upstream.ts";
import { consume } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import { consumePorts } from "#runtime/ports.ts";
import { createAlertStore } from "./alerts/alert-store.ts";
import { measure } from "./alerts/measure.ts";
import { type MinuteJobDeps, runMinuteJob } from "./alerts/minute-job.ts";
import { alertSettings } from "./alerts/settings.ts";
import { anchorHead } from "./anchor.ts";
import { keepDeadLetters } from "./dead-letters.ts";
import { erasePerson } from "./erase/erase-person.ts";
import { createEraseStore } from "./erase/erase-store.ts";
import { recordSteps } from "./ledger.ts";
import { createMeter } from "./metrics/meter.ts";
import { createRolledStore, rollOff } from "./roll-off.ts";
import { createStore } from "./store.ts";

/** The generated type of a Durable Object binding has only `fetch`; the contract has the rest. */
type Bindings = Omit<Env, "BUDGET" | "DEAL" | "UPSTREAM"> & {
  BUDGET: { getByName(name: string): Pick<BudgetRpc, "status"> };
  DEAL: { getByName(name: string): Pick<DealRpc, "erase" | "poke"> };
  UPSTREAM: { getByName(system: string): Pick<UpstreamRpc, "status"> };
};

/** Once an hour is often enough for what is done once a day: a missed run is made up for. */
const HOURLY_AT_MINUTE = 7;

/** Lives as long as the isolate. */
const meter = createMeter();

function minuteJobDeps(env: Bindings): MinuteJobDeps {
  const ports = consumePorts("ledger", { plans: env.PLANS, audit: env.AUDIT }, env.RETRY_BASE_SECONDS, env.VERSION);
  const { stored, ...store } = createAlertStore(env.DB, ports.now);
  const measured = {
    queues: {
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
    },
    upstream: (system: string) => env.UPSTREAM.getByName(system),
    budget: (name: string) => env.BUDGET.getByName(name),
  };
  return {
    ...ports,
    ...store,
    poke: (subject) => env.DEAL.getByName(subject).poke(),
    read: async (overdue) => ({ ...(await stored()), ...(await measure(measured)), overdue }),
  };
}

export default {
  async queue(batch, env) {
    const queues = {
      audit: env.AUDIT,
      "audit-dead": env.AUDIT_DEAD,
      erasures: env.ERASURES,
      "erasures-dead": env.ERASURES_DEAD,
    };
    const deps = {
      ...consumePorts("ledger", queues, env.RETRY_BASE_SECONDS, env.VERSION),
      ...createStore(env.DB),
      meter,
    };
    const queue = plainQueueName(batch.queue) ?? batch.queue;
    if (queue === "audit") meter.messages += batch.messages.length;
    if (queue === "audit") await consume("audit", auditStep, batch, recordSteps(deps), deps);
    else if (queue === "erasures") {
      const erasing = {
        ...deps,
        store: createEraseStore(env.DB, deps, createRolledStore(env.TRAIL), deps.now),
        deal: (subject: string) => env.DEAL.getByName(subject),
        deleteRawBodies: (keys: readonly string[]) => env.RAW.delete([...keys]),
        // A minute, as shipped: what is under way is tried again and arrives within it, or is a dead letter.
        secondSweepSeconds: 12 * deps.retryBaseSeconds,
      };
      await consume(
        "erasures",
        erasureRequested,
        batch,
        eachEvent((event) => erasePerson(event, erasing), deps.log),
        deps,
      );
    } else await keepDeadLetters({ queue, messages: batch.messages }, deps);
  },

  async scheduled({ scheduledTime }, env) {
    await runMinuteJob(alertSettings(env.ALERTS), env.PUBLIC_URL, minuteJobDeps(env));
    if (new Date(scheduledTime).getUTCMinutes() !== HOURLY_AT_MINUTE) return;
    const { now, log } = consumePorts("ledger", {}, env.RETRY_BASE_SECONDS, env.VERSION);
    const store = createStore(env.DB);
    await anchorHead(async () => (await store.read([])).head, env.TRAIL, now());
    await rollOff(env.DB, createRolledStore(env.TRAIL), Number(env.TRAIL_KEPT_DAYS), now(), log);
  },
} satisfies ExportedHandler<Bindings>;
