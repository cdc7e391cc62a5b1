// A wish to be forgotten is carried out in two sweeps, everywhere or not at all.
import { expect, test } from "vitest";
import type { Event } from "#contract/envelope.ts";
import type { ErasureRequested } from "#contract/erasure-requested.ts";
import { nameTerm } from "#contract/search-terms.ts";
import { eventId, instant } from "../steps.fixture.ts";
import { type EraseDeps, erasePerson } from "./erase-person.ts";
import type { EraseStore } from "./erase-store.ts";

const REQUEST: Event<ErasureRequested> = {
  event_id: eventId(1),
  topic: "erasure.requested",
  schema_version: 1,
  priority: "standard",
  correlation_id: "0af7651916cd43dd8448eb211c80319c",
  causation_id: null,
  attempt: 1,
  published_at: instant(0),
  payload: {
    erasure_id: `era_${"a".repeat(26)}`,
    references: ["hubspot:42"],
    emails: [],
    requested_by: "ana@example.com",
    requested_at: instant(0),
  },
};

function world(changes: Partial<EraseDeps> = {}) {
  const noted: Parameters<EraseStore["note"]>[0][] = [];
  const asked: unknown[] = [];
  const deleted: string[] = [];
  const remembered: string[] = [];
  const store: EraseStore = {
    stateOf: async () => {
      const last = noted.at(-1);
      return last === undefined ? null : { state: last.state, counts: JSON.parse(last.counts) };
    },
    note: async (erasure) => {
      noted.push(erasure);
    },
    moreNames: async () => new Set(["kim@acme.test"]),
    dealsOf: async () => ["hubspot:7"],
    rawKeysOfSignals: async () => ["raw/a"],
    blankSignals: async () => (noted.length === 0 ? 3 : 1),
    rawKeysOfLetters: async () => ["raw/a", "raw/b"],
    deleteRows: async () => ({ aliases: 1 }),
    remember: async (terms) => {
      remembered.push(...terms);
    },
  };
  const deps: EraseDeps = {
    store,
    deal: (subject) => ({
      erase: async (person) => {
        asked.push({ subject, ...person });
        return { erased: 2 };
      },
    }),
    raw: {
      list: async () => ({ objects: [], truncated: false }),
      get: async () => null,
      delete: async (keys) => {
        deleted.push(...keys);
      },
    },
    now: () => Date.parse(instant(0)),
    log: () => {},
    secondSweepSeconds: 60,
    ...changes,
  };
  return { deps, noted, asked, deleted, remembered };
}

test("the first sweep is followed by a second, and the counts of both are kept, without a name", async () => {
  const { deps, noted, asked, deleted, remembered } = world();
  expect(await erasePerson(REQUEST, deps)).toMatchObject({ kind: "defer", afterSeconds: 60 });
  expect(await erasePerson(REQUEST, deps)).toMatchObject({ kind: "done" });
  expect(noted.map(({ state }) => state)).toEqual(["sweeping", "done"]);
  expect(JSON.parse(noted[1]?.counts ?? "")).toEqual({ signals: 4, actions: 4, raw_bodies: 4, aliases: 2 });
  expect(JSON.stringify(noted)).not.toMatch(/hubspot:42|kim/);
  expect(asked[0]).toEqual({
    subject: "hubspot:7",
    emails: ["kim@acme.test"],
    references: ["hubspot:42", "kim@acme.test"],
  });
  expect(deleted).toEqual(["raw/a", "raw/b", "raw/a", "raw/b"]);
  const names = ["hubspot:42", "kim@acme.test"].map((name) => nameTerm("name", name));
  expect(new Set(remembered)).toEqual(new Set(await Promise.all(names)));
});

test("raw bodies are deleted before the rows that name them are emptied", async () => {
  const order: string[] = [];
  const { deps } = world();
  const { store, raw } = deps;
  await erasePerson(REQUEST, {
    ...deps,
    store: { ...store, blankSignals: async () => order.push("rows") },
    raw: { ...raw, delete: async () => order.push("bodies") },
  });
  expect(order).toEqual(["bodies", "rows"]);
});

test("the look through many raw bodies goes on in an event of its own, with every name that is known", async () => {
  const { deps, noted } = world();
  const object = (n: number) => ({
    key: `raw/segment/2026-11-21/${String(n).padStart(26, "a")}`,
    customMetadata: { reason: "not_understood" },
  });
  const objects = Array.from({ length: 401 }, (_, n) => object(n));
  const raw = { ...deps.raw, list: async () => ({ objects, truncated: false }) };
  const { emits } = await erasePerson(REQUEST, { ...deps, raw });
  const after = objects[399]?.key;
  expect(emits).toMatchObject([
    { queue: "erasures", payload: { references: ["hubspot:42"], emails: ["kim@acme.test"], raw_after: after } },
  ]);
  const goesOn = { ...REQUEST, payload: { ...REQUEST.payload, raw_after: after ?? "" } };
  expect(await erasePerson(goesOn, deps)).toEqual({ kind: "done", emits: [] });
  expect(noted).toHaveLength(1);
});

test("asked again after it was done it does nothing", async () => {
  const { deps, noted } = world();
  for (let time = 0; time < 3; time += 1) await erasePerson(REQUEST, deps);
  expect(noted).toHaveLength(2);
});

test("while a Deal object does not answer nothing is called swept", async () => {
  const { deps, noted } = world({ deal: () => ({ erase: () => Promise.reject(new Error("overloaded")) }) });
  expect(await erasePerson(REQUEST, deps)).toMatchObject({ kind: "retry" });
  expect(noted).toEqual([]);
});
