// What arrives on a `-dead` queue, ours or moved by the platform, is kept whole, once, and told to its signal.
import { describe, expect, it } from "vitest";
import type { DeadLetter } from "#contract/dead-letter.ts";
import golden from "#contract/golden/signal.received.v1.json" with { type: "json" };
import { CHAIN_START } from "#contract/kept-step.ts";
import { deadLetter, signalReceived } from "#contract/messages.ts";
import { createEnvelope, pack } from "#runtime/publish.ts";
import { type DeadLettersDeps, keepDeadLetters } from "./dead-letters.ts";
import { eventId, instant, signalId } from "./steps.fixture.ts";
import type { Batch } from "./store.ts";

const NOW = Date.parse(instant(60_000));
const CORRELATION_ID = "0af7651916cd43dd8448eb211c80319c";
const ORIGIN = { correlation_id: CORRELATION_ID, priority: "standard", causation_id: null } as const;

function letter(fields: Partial<DeadLetter> = {}) {
  const payload: DeadLetter = {
    queue: "enriched",
    stage: "decide",
    code: "attempts_exhausted",
    reason: "gave up after 5 attempts",
    attempts: 5,
    signal_id: signalId(1),
    first_failed_at: instant(4),
    failed_at: instant(10),
    event: { any: ["thing", null] },
    ...fields,
  };
  return createEnvelope(deadLetter, payload, ORIGIN, { now: () => NOW, newEventId: () => eventId(7) });
}

/** As the platform moves it: the pack that the producer sent. */
function rawSignal(payload: unknown, number = 8) {
  const envelope = createEnvelope({ ...signalReceived, schema: deadLetter.schema.shape.event }, payload, ORIGIN, {
    now: () => NOW,
    newEventId: () => eventId(number),
  });
  return envelope;
}

function fakeMessage(id: string, body: unknown) {
  const settled: string[] = [];
  const message = {
    id,
    body,
    attempts: 1,
    ack: () => settled.push("ack"),
    retry: ({ delaySeconds }: { delaySeconds: number }) => settled.push(`retry in ${delaySeconds}`),
  };
  return { message, settled };
}

function fakeDeps(fields: Partial<DeadLettersDeps> = {}) {
  const written: Partial<Batch>[] = [];
  const deps: DeadLettersDeps = {
    read: async () => ({ kept: new Map(), head: { seq: 0, digest: CHAIN_START } }),
    keptLetters: async () => new Map(),
    putAside: async () => {},
    erasedUntil: async () => new Map(),
    arrivedLate: async () => {},
    write: async (rows) => {
      written.push(rows);
      return { rowsWritten: 0 };
    },
    now: () => NOW,
    random: () => 0.999,
    log: () => {},
    ...fields,
  };
  return { deps, written };
}

async function keep(queue: string, body: unknown, fields?: Partial<DeadLettersDeps>) {
  const { deps, written } = fakeDeps(fields);
  const { message, settled } = fakeMessage("m1", body);
  await keepDeadLetters({ queue, messages: [message] }, deps);
  return { rows: written[0], settled };
}

describe("a letter of ours", () => {
  it("is kept with its reason, its event as it arrived, and its own id", async () => {
    const { rows, settled } = await keep("enriched-dead", pack([letter()])[0]);
    expect(rows?.letters).toMatchObject([
      {
        told_by: eventId(7),
        queue: "enriched",
        stage: "decide",
        code: "attempts_exhausted",
        reason: "gave up after 5 attempts",
        attempts: 5,
        signal_id: signalId(1),
        correlation_id: CORRELATION_ID,
        failed_at: instant(10),
        state: "open",
        event: '{"any":["thing",null]}',
      },
    ]);
    expect(settled).toEqual(["ack"]);
  });

  it("settles the fate of its signal and is a step of its trail", async () => {
    const { rows } = await keep("enriched-dead", pack([letter()])[0]);
    expect(rows?.signals).toMatchObject([
      {
        signal_id: signalId(1),
        fate: "dead_lettered",
        fate_at: instant(10),
        trail: [{ step: "dead_lettered", at: instant(10), event_id: eventId(7), duration_ms: 6 }],
      },
    ]);
    expect(rows?.signals?.[0]?.trail[0]?.summary).toContain("gave up after 5 attempts");
  });

  it("says what a signal is that was given up before its arrival was told", async () => {
    const { signal_id } = golden.payload;
    const body = pack([letter({ queue: "signals", stage: "enrich", signal_id, event: golden })])[0];
    const { rows } = await keep("signals-dead", body);
    const { source, subject, deal_id, received_at } = golden.payload;
    const about = { source, event: "deal.stage_changed", subject, deal_id, received_at };
    expect(rows?.signals).toMatchObject([{ signal_id, ...about, fate: "dead_lettered" }]);
  });

  it("changes no fate when it is about an audit step", async () => {
    const { rows } = await keep("audit-dead", pack([letter({ queue: "audit", stage: "ledger" })])[0]);
    expect(rows).toMatchObject({
      letters: [{ queue: "audit" }],
      signals: [{ fate: "in_progress", trail: [{ step: "dead_lettered", fate: null }] }],
    });
  });

  it.each([null, "not a signal's id"])("touches no signal when it names none (%s)", async (signal_id) => {
    const { rows } = await keep("signals-dead", pack([letter({ signal_id })])[0]);
    expect(rows).toMatchObject({ letters: [{ signal_id }], signals: [], links: [] });
  });

  it("that is kept already changes nothing, for its signal may have been mended since", async () => {
    const kept = async (ids: readonly string[]) =>
      new Map(ids.map((id) => [id, { told_by: eventId(7), failed_at: instant(10) }]));
    const { rows, settled } = await keep("enriched-dead", pack([letter()])[0], { keptLetters: kept });
    expect(rows).toMatchObject({ letters: [], signals: [], links: [] });
    expect(settled).toEqual(["ack"]);
  });
});

describe("what the platform moved", () => {
  it("is one letter for each event of the pack, under ids that a redelivery repeats", async () => {
    const body = pack([rawSignal({ signal_id: signalId(3) }), rawSignal({ signal_id: signalId(4) }, 9)])[0];
    const { rows } = await keep("signals-dead", body);
    expect(rows?.letters).toMatchObject([
      { queue: "signals", stage: "enrich", code: "crashed", attempts: 11, failed_at: instant(60_000) },
      { signal_id: signalId(4), correlation_id: CORRELATION_ID },
    ]);
    expect(JSON.parse(rows?.letters?.[0]?.event ?? "")).toEqual(rawSignal({ signal_id: signalId(3) }));
    expect(rows?.signals?.map(({ signal_id }) => signal_id).sort()).toEqual([signalId(3), signalId(4)]);
    const again = await keep("signals-dead", body);
    const ids = rows?.letters?.map(({ letter_id }) => letter_id);
    expect(new Set(ids).size).toBe(2);
    expect(again.rows?.letters?.map(({ letter_id }) => letter_id)).toEqual(ids);
  });

  it.each([
    ["text that is not JSON", "{not json", '"{not json"'],
    ["an object that is no pack", { hello: 1 }, '{"hello":1}'],
    ["an envelope of nothing", [{ event_id: 1 }], '{"event_id":1}'],
    ["nothing", null, "null"],
  ])("is kept as it is when it is %s", async (_what, body, event) => {
    const { rows, settled } = await keep("plans-dead", body);
    expect(rows?.letters).toMatchObject([{ queue: "plans", stage: "execute", code: "malformed", event }]);
    expect(rows?.signals).toEqual([]);
    expect(settled).toEqual(["ack"]);
  });

  it("is kept whole when it is a letter of a version not known here", async () => {
    const newer = { ...letter(), schema_version: 9 };
    const { rows } = await keep("plans-dead", JSON.stringify([newer]));
    expect(rows?.letters).toMatchObject([{ code: "unknown_version", event: JSON.stringify(newer) }]);
  });

  it("is cut when no row of D1 could hold it", async () => {
    const { rows } = await keep("plans-dead", "x".repeat(700_000));
    expect(rows?.letters?.[0]?.event.length).toBeLessThan(600_000);
    expect(JSON.parse(rows?.letters?.[0]?.event ?? "")).toMatch(/\(cut\)$/);
  });
});

it("acknowledges nothing while D1 does not take the letters, and lets them come back later each time", async () => {
  const { deps } = fakeDeps({ write: () => Promise.reject(new Error("D1 DB is overloaded")) });
  const first = fakeMessage("m1", pack([letter()])[0]);
  const second = fakeMessage("m2", "rubbish");
  await keepDeadLetters({ queue: "plans-dead", messages: [first.message, { ...second.message, attempts: 90 }] }, deps);
  expect(first.settled).toEqual(["retry in 10"]);
  expect(second.settled).toEqual(["retry in 300"]);
});
