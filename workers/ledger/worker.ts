// The ledger Worker: env to deps to handlers. The only file here that touches `env`.
import { auditStep } from "#contract/messages.ts";
import { consume } from "#runtime/consume.ts";
import { consumePorts } from "#runtime/ports.ts";
import { keepDeadLetters } from "./dead-letters.ts";
import { recordSteps } from "./ledger.ts";
import { createStore } from "./store.ts";

export default {
  async queue(batch, env) {
    const queues = { audit: env.AUDIT, "audit-dead": env.AUDIT_DEAD };
    const deps = { ...consumePorts("ledger", queues, env.RETRY_BASE_SECONDS), ...createStore(env.DB) };
    if (batch.queue === "audit") await consume("audit", auditStep, batch, recordSteps(deps), deps);
    else await keepDeadLetters(batch, deps);
  },
} satisfies ExportedHandler<Env>;
