// Entry of `execute`: builds the ports from the environment and hands each queue to its core. Nothing is decided here.
import type { TokenCache } from "#connectors/access-token.ts";
import type { SessionCache } from "#connectors/salesforce-login.ts";
import type { ActionReleased } from "#contract/action-released.ts";
import type { DealName, DealRpc } from "#contract/deal.ts";
import { actionReleased, planDecided } from "#contract/messages.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import { plainQueueName } from "#contract/queues.ts";
import type { UpstreamRpc } from "#contract/upstream.ts";
import { consume } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import { consumePorts } from "#runtime/ports.ts";
import { guardedFetch, type UpstreamLocals } from "#runtime/upstream-fetch.ts";
import { createTargetOf } from "#runtime/upstream-target.ts";
import { createShareToken } from "#runtime/upstream-token.ts";
import { countedStub } from "#runtime/usage.ts";
import { ACTION_ADAPTERS } from "./actions/registry.ts";
import { execute } from "./execute.ts";
import { propose } from "./propose.ts";
import { createSuppression } from "./suppression.ts";

/** The classes live in another Worker; their types here are the contract. */
type Bindings = Omit<Env, "DEAL" | "UPSTREAM"> & {
  DEAL: { getByName(name: DealName): DealRpc };
  UPSTREAM: { getByName(system: string): UpstreamRpc };
};

/** Lives as long as the isolate, so that a mailbox is logged in to about once an hour and not once an action. */
const accessTokens: TokenCache = new Map();
const salesforceSessions: SessionCache = new Map();
const upstreams: UpstreamLocals = new Map();

export default {
  async queue(batch, env) {
    const queues = {
      audit: env.AUDIT,
      notices: env.NOTICES,
      plans: env.PLANS,
      "plans-dead": env.PLANS_DEAD,
      actions: env.ACTIONS,
      "actions-dead": env.ACTIONS_DEAD,
    };
    const ports = consumePorts("execute", queues, env.RETRY_BASE_SECONDS, env.VERSION);
    const deal = (subject: DealName) => countedStub(env.DEAL.getByName(subject));
    switch (plainQueueName(batch.queue)) {
      case "plans": {
        const handle = eachEvent<PlanDecided>((plan) => propose(plan, { deal }), ports.log);
        return consume("plans", planDecided, batch, handle, ports);
      }
      case "actions": {
        const { now, log } = ports;
        const upstream = (system: string) => countedStub(env.UPSTREAM.getByName(system));
        const guard = { fetch: fetch.bind(globalThis), now, log, upstream, targetOf: createTargetOf(env) };
        const shareToken = createShareToken({ upstream, now, log, sleep: (ms) => scheduler.wait(ms) });
        const actionPorts = {
          fetch: guardedFetch(upstreams, guard),
          now,
          settings: env,
          accessTokens,
          salesforceSessions,
          shareToken,
        };
        const suppression = createSuppression(env);
        const deps = { deal, adapters: ACTION_ADAPTERS, ports: actionPorts, suppression, dryRun: env.DRY_RUN };
        const handle = eachEvent<ActionReleased>((event) => execute(event, deps), ports.log);
        return consume("actions", actionReleased, batch, handle, ports);
      }
      default:
        throw new Error(`execute consumes "plans" and "actions", not "${batch.queue}"`);
    }
  },
} satisfies ExportedHandler<Bindings>;
