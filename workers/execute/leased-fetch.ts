// Keeps an attempt inside its lease. Rule: no outgoing call starts so late that its answer could come after the lease
// has ended, because by then another delivery may hold the action and do it too.

/** The longest that one call of a connector waits for its answer. */
const LONGEST_CALL_MS = 10_000;

/** `inner`, but a call that starts less than 10 s before `leaseUntilMs` fails without being made. */
export function leasedFetch(inner: typeof fetch, now: () => number, leaseUntilMs: number): typeof fetch {
  return (input, init) => {
    if (now() + LONGEST_CALL_MS <= leaseUntilMs) return inner(input, init);
    return Promise.reject(new Error("not called: the lease on this action is about to end"));
  };
}
