// A wish to be forgotten is carried out in two sweeps, everywhere or not at all.
import { expect, test } from "vitest";
import type { Event } from "#contract/envelope.ts";
import type { ErasureRequested } from "#contract/erasure-requested.ts";
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
    blankSignals: async () => ({ signals: noted.length === 0 ? 3 : 1, rawKeys: ["raw/a"] }),
    rawKeysOfLetters: async () => ["raw/a", "raw/b"],
    deleteRows: async () => ({ aliases: 1 }),
  };
  const deps: EraseDeps = {
    store,
    deal: (subject) => ({
      erase: async (person) => {
        asked.push({ subject, ...person });
        return { erased: 2 };
      },
    }),
    deleteRawBodies: async (keys) => {
      deleted.push(...keys);
    },
    now: () => Date.parse(instant(0)),
    log: () => {},
    secondSweepSeconds: 60,
    ...changes,
  };
  return { deps, noted, asked, deleted };
}

test("the first sweep is followed by a second, and the counts of both are kept, without a name", async () => {
  const { deps, noted, asked, deleted } = world();
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
