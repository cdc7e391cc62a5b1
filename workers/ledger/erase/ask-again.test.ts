// What arrives late about somebody who was erased has them erased again; what came after is left alone.
import { expect, test } from "vitest";
import type { Envelope } from "#contract/envelope.ts";
import { nameTerm } from "#contract/search-terms.ts";
import { letterRows } from "../letter-rows.ts";
import { mergeSteps } from "../merge.ts";
import { eventId, instant, received, SUMMARY, step } from "../steps.fixture.ts";
import { toldSteps } from "../told-steps.ts";
import { type AskAgainPorts, askAgainForLetters, askAgainForSteps } from "./ask-again.ts";

const UNTIL = instant(60_000);

async function world() {
  const published: Envelope[] = [];
  const term = await nameTerm("name", "kim@acme.test");
  const ports: AskAgainPorts = {
    erasedUntil: async (terms) => new Map(terms.includes(term) ? [[term, UNTIL]] : []),
    publish: async (queue, envelopes) => {
      expect(queue).toBe("erasures");
      published.push(...envelopes);
    },
    now: () => Date.parse(instant(90_000)),
    newEventId: () => eventId(9),
    codeVersion: "test",
    log: () => {},
  };
  return { ports, asked: () => published.map(({ payload }) => payload) };
}

async function arrives(receivedAt: string, email: string) {
  const { ports, asked } = await world();
  const told = toldSteps([
    received({ at: receivedAt, signal: { ...SUMMARY, received_at: receivedAt } }),
    step({ step: "enriched", at: instant(80_000), data: { contact: { email } } }),
  ]);
  const { signals } = await mergeSteps(told, new Map(), { seq: 0, digest: "" }, instant(90_000), async () => {});
  await askAgainForSteps(told, signals, ports);
  return asked();
}

test("a step of a signal from before the erasure asks for it again, by the name that it has", async () => {
  expect(await arrives(instant(0), "Kim@acme.test")).toMatchObject([
    { emails: ["kim@acme.test"], references: [], requested_by: "ledger" },
  ]);
});

test("a signal that came after the erasure, or about somebody else, asks for nothing", async () => {
  expect(await arrives(instant(70_000), "kim@acme.test")).toEqual([]);
  expect(await arrives(instant(0), "lea@acme.test")).toEqual([]);
});

const pack = (receivedAt: string) => `[{"payload":{"email":"kim@acme.test","received_at":"${receivedAt}"}]`;

test.each([
  ["from before the erasure", "signals-dead", instant(0), 1],
  ["from after it", "signals-dead", instant(70_000), 0],
  ["that is a request to erase", "erasures-dead", instant(0), 0],
])("a letter %s that nobody can read: %#", async (_when, queue, at, times) => {
  const { ports, asked } = await world();
  const letters = await letterRows(queue, { id: "m1", body: pack(at) }, instant(85_000));
  expect(letters).toMatchObject([{ code: "malformed" }]);
  await askAgainForLetters(letters, ports);
  expect(asked()).toHaveLength(times);
});
