// A bad deploy of enrich: the loop is the real one, and every event meets a bug.
import { signalReceived } from "#contract/messages.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { consume } from "#runtime/consume.ts";
import { eachEvent } from "#runtime/each-event.ts";
import { consumePorts } from "#runtime/ports.ts";

type Bindings = { SIGNALS: Queue; SIGNALS_DEAD: Queue; RETRY_BASE_SECONDS: string; VERSION: WorkerVersionMetadata };

export default {
  async queue(batch, { SIGNALS, SIGNALS_DEAD, RETRY_BASE_SECONDS, VERSION }) {
    const queues = { signals: SIGNALS, "signals-dead": SIGNALS_DEAD };
    const ports = consumePorts("enrich", queues, RETRY_BASE_SECONDS, VERSION);
    const bug = eachEvent<SignalReceived>(async ({ payload }) => {
      throw new TypeError(`Cannot read properties of undefined (reading 'deals') of ${payload.subject}`);
    }, ports.log);
    await consume("signals", signalReceived, batch, bug, ports);
  },
} satisfies ExportedHandler<Bindings>;
