import { expect, test } from "vitest";
import type { WorkerName } from "#contract/queues.ts";
import { conflictsOf, deployOrder, describeConflict, type Surface } from "./compatibility.ts";
import { isWorker } from "./names.ts";
import { messagesOf } from "./release.ts";

type Messages = ReturnType<typeof messagesOf>;
const worker = (reads: Messages["reads"], sends: Messages["sends"]): Messages => ({ reads, sends });
const workers = (entries: Partial<Record<WorkerName, Surface>>) =>
  new Map(Object.entries(entries).flatMap(([name, messages]) => (isWorker(name) ? [[name, messages] as const] : [])));

test("a sender of a newer version is refused while its reader is older, and allowed while there is no reader", () => {
  const decide = worker({}, { "plan.decided": 2 });
  expect(conflictsOf("decide", decide, workers({ execute: worker({ "plan.decided": 1 }, {}) }))).toEqual([
    { kind: "message", topic: "plan.decided", sender: "decide", sends: 2, reader: "execute", reads: 1 },
  ]);
  expect(conflictsOf("decide", decide, new Map())).toEqual([]);
});

test("an older reader is refused while its sender is newer", () => {
  const deployed = workers({ decide: worker({}, { "plan.decided": 2 }) });
  expect(conflictsOf("execute", worker({ "plan.decided": 1 }, {}), deployed)).toHaveLength(1);
});

test("readers go before senders, and otherwise the given order holds", () => {
  const before = workers({ state: worker({}, { a: 1 }), execute: worker({ a: 1 }, {}), desk: worker({}, {}) });
  const after = workers({ state: worker({}, { a: 2 }), desk: worker({}, {}), execute: worker({ a: 2 }, {}) });
  expect(deployOrder(after, before)).toEqual({ order: ["desk", "execute", "state"], stuck: [] });
  expect(deployOrder(after, new Map()).order).toEqual(["state", "desk", "execute"]);
});

test("messages that grew in a circle have no order", () => {
  const before = workers({ execute: worker({ a: 1 }, { b: 1 }), ledger: worker({ b: 1 }, { a: 1 }) });
  const after = workers({ execute: worker({ a: 2 }, { b: 2 }), ledger: worker({ b: 2 }, { a: 2 }) });
  const { order, stuck } = deployOrder(after, before);
  expect(order).toEqual([]);
  expect(stuck.map(describeConflict)).toEqual([
    "execute sends b v2, and ledger reads it up to v1",
    "ledger sends a v2, and execute reads it up to v1",
  ]);
});

test("a Worker that binds a new object goes after the one that has it, and one without a record counts as having it", () => {
  const binder = { ...worker({}, {}), binds: ["Deal", "Live"] };
  const state = (...objects: string[]) => ({ ...worker({}, {}), objects });
  const refused = conflictsOf("desk", binder, workers({ state: state("Deal") }));
  expect(refused.map(describeConflict)).toEqual(["desk binds the object Live, which state does not have"]);
  expect(conflictsOf("desk", binder, workers({ state: worker({}, {}) }))).toEqual([]);
  const after = workers({ desk: binder, state: state("Deal", "Live") });
  expect(deployOrder(after, workers({ state: state("Deal") })).order).toEqual(["state", "desk"]);
  expect(conflictsOf("state", state("Deal"), after)).toHaveLength(1);
});

test("every Worker says what it reads and sends, dead letters included", () => {
  expect(messagesOf("decide")).toMatchObject({
    reads: { "signal.enriched": 2, "action.rechecked": 1 },
    sends: { "plan.decided": 2, "dead.letter": 2 },
  });
  expect(messagesOf("ledger").reads).toHaveProperty(["dead.letter"]);
  expect(messagesOf("state").reads).toEqual({});
});
