// The ledger Worker: env to deps to handlers. The only file here that touches `env`.

import { alertSettings } from "#contract/alert-settings.ts";
import type { AuditStep } from "#contract/audit-step.ts";
import type { BudgetRpc } from "#contract/budget.ts";
import type { DealRpc } from "#contract/deal.ts";
import { auditStep, erasureRequested } from "#contract/messages.ts";
import { plainQueueName } from "#contract/queues.ts";
import type { UpstreamRpc } from "#contract/upstream.ts";
import { consume } from "#runtime/consume.ts";
import { countedD1 } from "#runtime/counted-d1.ts";
import { eachEvent } from "#runtime/each-event.ts";
import { noteJob } from "#runtime/note-job.ts";
import { consumePorts } from "#runtime/ports.ts";
import { createAlertStore } from "./alerts/alert-store.ts";
import { leftByHand } from "./alerts/left-by-hand.ts";
import { measure } from "./alerts/measure.ts";
import { type MinuteJobDeps, runMinuteJob } from "./alerts/minute-job.ts";
import { anchorHead } from "./anchor.ts";
import { keepDeadLetters } from "./dead-letters.ts";
import { askAgainForLetters, askAgainForSteps } from "./erase/ask-again.ts";
import { erasePerson } from "./erase/erase-person.ts";
import { createEraseStore } from "./erase/erase-store.ts";
import { recordSteps } from "./ledger.ts";
import type { LetterRow } from "./letter-rows.ts";
import type { SignalRow } from "./merge.ts";
import { findStuck } from "./metrics/stuck-signals.ts";
import { createRolledStore, rollOff } from "./roll-off.ts";
import { createStore } from "./store.ts";
import type { Told } from "./told-steps.ts";

/** The generated type of a Durable Object binding has only `fetch`; the contract has the rest. */
type Bindings = Omit<Env, "BUDGET" | "DEAL" | "UPSTREAM"> & {
  BUDGET: { getByName(name: string): Pick<BudgetRpc, "status"> };
  DEAL: { getByName(name: string): Pick<DealRpc, "erase" | "poke"> };
  UPSTREAM: { getByName(system: string): Pick<UpstreamRpc, "status"> };
};

const putAsideIn = (bucket: R2Bucket) => (key: string, text: string) => bucket.put(key, text);

/** Once an hour is often enough for what is done once a day: a missed run is made up for. */
const HOURLY_AT_MINUTE = 7;

function minuteJobDeps(env: Bindings): MinuteJobDeps {
  const ports = consumePorts("ledger", { plans: env.PLANS, audit: env.AUDIT }, env.RETRY_BASE_SECONDS, env.VERSION);
  const { stored, ...store } = createAlertStore(countedD1(env.DB), ports.now);
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
      plans: env.PLANS,
      erasures: env.ERASURES,
      "erasures-dead": env.ERASURES_DEAD,
    };
    const deps = {
      ...consumePorts("ledger", queues, env.RETRY_BASE_SECONDS, env.VERSION),
      ...createStore(countedD1(env.DB), putAsideIn(env.TRAIL)),
    };
    const arrivedLate = (told: readonly Told[], rows: readonly SignalRow[]) => askAgainForSteps(told, rows, deps);
    const queue = plainQueueName(batch.queue) ?? batch.queue;
    if (queue === "audit") {
      const { settings } = alertSettings(env.ALERTS);
      const alertsOf = (step: AuditStep) => leftByHand(step, settings, env.PUBLIC_URL, deps);
      await consume("audit", auditStep, batch, recordSteps({ ...deps, arrivedLate, alertsOf }), deps);
    } else if (queue === "erasures") {
      const erasing = {
        ...deps,
        store: createEraseStore(env.DB, deps, createRolledStore(env.TRAIL), deps.now),
        deal: (subject: string) => env.DEAL.getByName(subject),
        raw: env.RAW,
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
    } else {
      const lateLetters = (letters: readonly LetterRow[]) => askAgainForLetters(letters, deps);
      await keepDeadLetters({ queue, messages: batch.messages }, { ...deps, arrivedLate: lateLetters });
    }
  },

  async scheduled({ scheduledTime }, env) {
    await runMinuteJob(alertSettings(env.ALERTS), env.PUBLIC_URL, minuteJobDeps(env));
    if (new Date(scheduledTime).getUTCMinutes() !== HOURLY_AT_MINUTE) return;
    const { now, log } = consumePorts("ledger", {}, env.RETRY_BASE_SECONDS, env.VERSION);
    const store = createStore(env.DB, putAsideIn(env.TRAIL));
    await noteJob("hourly", env.DB, { now, log }, async () => {
      await anchorHead(async () => (await store.read([])).head, env.TRAIL, now());
      await rollOff(env.DB, createRolledStore(env.TRAIL), Number(env.TRAIL_KEPT_DAYS), now(), log);
      await findStuck(env.DB, now());
    });
  },
} satisfies ExportedHandler<Bindings>;
