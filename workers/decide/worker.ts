// The decide Worker: from the environment to the core, and nothing else. Rule: the only file of this layer that touches
// `env`.
import type { ActionRechecked } from "#contract/action-rechecked.ts";
import { BUDGET_NAME, type BudgetRpc } from "#contract/budget.ts";
import { actionRechecked, signalEnriched } from "#contract/messages.ts";
import { plainQueueName } from "#contract/queues.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { UpstreamRpc } from "#contract/upstream.ts";
import { createActiveRuleset } from "#rules/active-ruleset.ts";
import document from "#rules/default.yaml";
import { DEFAULT_VERSION } from "#rules/default-version.ts";
import { createRulesetThen } from "#rules/ruleset-then.ts";
import { readActive, readActiveThen, type Sql } from "#rules/store.ts";
import { consume } from "#runtime/consume.ts";
import { countedD1 } from "#runtime/counted-d1.ts";
import { eachEvent } from "#runtime/each-event.ts";
import { consumePorts } from "#runtime/ports.ts";
import { guardedFetch, type UpstreamLocals } from "#runtime/upstream-fetch.ts";
import { createTargetOf } from "#runtime/upstream-target.ts";
import { countedStub } from "#runtime/usage.ts";
import { decide } from "./decide.ts";
import { bindingOf } from "./model/binding.ts";
import { createModel } from "./model/create-model.ts";
import { recheckAction } from "./recheck-action.ts";

/** The classes live in another Worker; their types here are the contract. */
type Bindings = Omit<Env, "BUDGET" | "UPSTREAM"> & {
  BUDGET: { getByName(name: string): BudgetRpc };
  UPSTREAM: { getByName(system: string): UpstreamRpc };
};

/** They live as long as the isolate. */
const activeRuleset = createActiveRuleset();
const rulesetThen = createRulesetThen();
const upstreams: UpstreamLocals = new Map();

export default {
  async queue(batch, env) {
    const ports = consumePorts(
      "decide",
      {
        plans: env.PLANS,
        actions: env.ACTIONS,
        audit: env.AUDIT,
        enriched: env.ENRICHED,
        "enriched-dead": env.ENRICHED_DEAD,
        rechecked: env.RECHECKED,
        "rechecked-dead": env.RECHECKED_DEAD,
      },
      env.RETRY_BASE_SECONDS,
      env.VERSION,
    );
    switch (plainQueueName(batch.queue)) {
      case "enriched": {
        const sql: Sql = async (statement, parameters) => {
          const prepared = countedD1(env.DB).prepare(statement);
          return (await prepared.bind(...parameters).all()).results;
        };
        const rulesetPorts = {
          read: () => readActive(sql),
          shipped: { version: DEFAULT_VERSION, document },
          now: ports.now,
          failed: (reason: string) => ports.log("error", "ruleset_unreadable", { reason }),
        };
        const { now, log, newEventId: newId } = ports;
        const upstream = (system: string) => countedStub(env.UPSTREAM.getByName(system));
        const targetOf = createTargetOf(env);
        const model = createModel(env, {
          fetch: guardedFetch(upstreams, { fetch: fetch.bind(globalThis), now, log, upstream, targetOf }),
          ai: bindingOf(env),
          budget: {
            reserve: (ask) => countedStub(env.BUDGET.getByName(BUDGET_NAME)).reserve(ask),
            settle: (callId, microUsd) => countedStub(env.BUDGET.getByName(BUDGET_NAME)).settle(callId, microUsd),
          },
          now,
          newId,
          timeout: (ms) => AbortSignal.timeout(ms),
        });
        const deps = {
          ruleset: (then?: string) =>
            then === undefined
              ? activeRuleset(rulesetPorts)
              : rulesetThen(then, { ...rulesetPorts, read: (at) => readActiveThen(sql, at) }),
          model,
          approvalTtlSeconds: env.APPROVAL_TTL_SECONDS,
          now: ports.now,
          log: ports.log,
        };
        const handle = eachEvent<SignalEnriched>((event) => decide(event, deps), ports.log);
        return consume("enriched", signalEnriched, batch, handle, ports);
      }
      case "rechecked": {
        const handle = eachEvent<ActionRechecked>((event) => recheckAction(event, ports.now), ports.log);
        return consume("rechecked", actionRechecked, batch, handle, ports);
      }
      default:
        throw new Error(`decide does not consume the queue "${batch.queue}"`);
    }
  },
} satisfies ExportedHandler<Bindings>;
