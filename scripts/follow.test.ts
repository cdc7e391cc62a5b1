// Following signals: each step is told once, and the wait ends when there is nothing to wait for.
import { expect, it } from "vitest";
import type { Fate } from "#contract/audit-step.ts";
import { type FollowPorts, follow } from "./follow.ts";
import type { SignalView } from "./signal-view.ts";

function view(fate: Fate, steps: readonly string[]): SignalView {
  const trail = steps.map((step) => ({ event_id: step, at: "", layer: "decide", step, summary: step }));
  return { signal: { signal_id: "s", event: "deal.created", fate }, trail, actions: [] };
}

/** Answers the given views one after the other, the last one for ever; the clock moves with every sleep. */
function fakePorts(views: Readonly<Record<string, readonly (SignalView | null)[]>>) {
  const told: string[] = [];
  const reads = new Map<string, number>();
  let now = 0;
  const ports: FollowPorts = {
    async read(signalId) {
      const count = reads.get(signalId) ?? 0;
      reads.set(signalId, count + 1);
      return views[signalId]?.at(Math.min(count, views[signalId].length - 1)) ?? null;
    },
    onStep: (signalId, { step }) => told.push(`${signalId} ${step}`),
    now: () => now,
    async sleep(milliseconds) {
      now += milliseconds;
    },
  };
  return { ports, told, reads };
}

const settled = ({ signal }: SignalView) => signal.fate !== "in_progress";

it("tells each step once and stops asking when a signal is at rest", async () => {
  const { ports, told, reads } = fakePorts({
    a: [null, view("in_progress", ["received"]), view("no_action", ["received", "enriched", "decided"])],
    b: [view("executed", ["done"])],
  });
  const views = await follow(["a", "b"], settled, 60_000, ports);
  expect(told).toEqual(["b done", "a received", "a enriched", "a decided"]);
  expect(views.get("a")?.signal.fate).toBe("no_action");
  expect(reads.get("b")).toBe(1);
});

it("gives up after its time and answers how far each came", async () => {
  const { ports } = fakePorts({ a: [view("in_progress", ["received"])], b: [null] });
  const views = await follow(["a", "b"], settled, 1_000, ports);
  expect([...views.keys()]).toEqual(["a"]);
  expect(ports.now()).toBe(1_000);
});
