// The decide Worker: from the environment to the core, and nothing else. Rule: the only file of this layer that touches
// `env`.
import { signalEnriched } from "#contract/messages.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { consume } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import { consumePorts } from "#runtime/ports.ts";
import { decide } from "./decide.ts";
import { createCompiler } from "./rules/compile.ts";
import { defaultRuleset } from "./rules/default-ruleset.ts";

/** Lives as long as the isolate. */
const compile = createCompiler();

export default {
  async queue(batch, env) {
    const ports = consumePorts(
      "decide",
      { plans: env.PLANS, audit: env.AUDIT, enriched: env.ENRICHED, "enriched-dead": env.ENRICHED_DEAD },
      env.RETRY_BASE_SECONDS,
    );
    const deps = {
      ruleset: () => compile(defaultRuleset),
      approvalTtlSeconds: env.APPROVAL_TTL_SECONDS,
      now: ports.now,
      log: ports.log,
    };
    const handle = eachEvent<SignalEnriched>((event) => decide(event, deps), ports.log);
    await consume("enriched", signalEnriched, batch, handle, ports);
  },
} satisfies ExportedHandler<Env>;
