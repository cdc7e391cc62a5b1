// What this isolate used of the platform since it last told. It rides on the audit steps that are sent anyway, or on the
// signals of who sends no steps, and the ledger counts it with the step, once. Rules: counting costs no operation; what an
// isolate did not tell before it ended is lost.
import type { Envelope } from "#contract/envelope.ts";
import { isOperation, type Operation } from "#contract/operations.ts";

/** Lives as long as the isolate. */
const used = new Map<Operation, number>();

export function use(operation: Operation, count = 1): void {
  if (count > 0) used.set(operation, (used.get(operation) ?? 0) + count);
}

/** What was used since the last call. */
export function takeUsage(): Record<string, number> {
  const usage = Object.fromEntries(used);
  used.clear();
  return usage;
}

/** The same envelopes, the first of them with what was used, on top of what it tells already of another Worker. */
export function withUsage(envelopes: readonly Envelope[]): readonly Envelope[] {
  const [first, ...others] = envelopes;
  if (first === undefined || used.size === 0) return envelopes;
  takeOver({ ...first, attempt: 1 });
  return [{ ...first, usage: takeUsage() }, ...others];
}

/** Takes over what came with an event, to tell it on; an event that is tried again has told it before. */
export function takeOver({ attempt, usage = {} }: Pick<Envelope, "attempt" | "usage">): void {
  if (attempt > 1) return;
  for (const [operation, count] of Object.entries(usage)) if (isOperation(operation)) use(operation, count);
}

/** A stub of a Durable Object whose calls are counted. */
export function countedStub<Stub extends object>(stub: Stub): Stub {
  return new Proxy(stub, {
    get(_, name) {
      const member: unknown = Reflect.get(stub, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        use("object_requests");
        return Reflect.apply(member, stub, args);
      };
    },
  });
}
