// `execute` as a process that can die: at a call, or right before or after a report. Rule: who dies answers nobody any more and
// acknowledges nothing, so its message is delivered again; each message is delivered by itself, so that one death is one.
import { AsyncLocalStorage } from "node:async_hooks";
import type { DealName, DealRpc } from "#contract/deal.ts";

type Deals = { getByName(name: DealName): DealRpc };
type Handler = { queue(batch: MessageBatch, env: { DEAL: Deals }, context: ExecutionContext): Promise<void> };

/** On an answer to an outgoing call: whoever called dies `at_once`, `before_report` or `after_report`. */
export const DEATH_HEADER = "x-process-dies";

type Life = { dies: string | null; die(): Promise<never> };
const lives = new AsyncLocalStorage<Life>();

export function dyingWorker(worker: Handler): Handler {
  const send = globalThis.fetch.bind(globalThis);
  globalThis.fetch = async (input, init) => {
    const answer = await send(input, init);
    const life = lives.getStore();
    const dies = answer.headers.get(DEATH_HEADER);
    if (life === undefined || dies === null) return answer;
    life.dies = dies;
    return dies === "at_once" ? life.die() : answer;
  };
  return {
    async queue(batch, env, context) {
      const mortal = { ...env, DEAL: { getByName: (name: DealName) => mortalStub(env.DEAL.getByName(name)) } };
      const deliver = async (message: Message) => {
        const death = Promise.withResolvers<never>();
        const die = () => {
          death.reject(new Error("the process died"));
          return new Promise<never>(() => {});
        };
        const alone = { queue: batch.queue, metadata: batch.metadata, messages: [message], ...forAll(message) };
        const work = lives.run({ dies: null, die }, () => worker.queue(alone, mortal, context));
        await Promise.race([work, death.promise]).catch(() => message.retry());
      };
      await Promise.all(batch.messages.map(deliver));
    },
  };
}

function forAll(message: Message): Pick<MessageBatch, "ackAll" | "retryAll"> {
  return { ackAll: () => message.ack(), retryAll: (options) => message.retry(options) };
}

/** The object's stub, but for the report of who dies before or after it. */
function mortalStub(deal: DealRpc): DealRpc {
  return new Proxy(deal, {
    get(stub, name) {
      const call: unknown = Reflect.get(stub, name);
      if (typeof call !== "function") return call;
      return async (...args: unknown[]) => {
        const life = lives.getStore();
        if (name !== "report" || life === undefined) return Reflect.apply(call, stub, args);
        if (life.dies === "before_report") return life.die();
        const answer: unknown = await Reflect.apply(call, stub, args);
        return life.dies === "after_report" ? life.die() : answer;
      };
    },
  });
}
