import { readFileSync } from "node:fs";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { Envelope, Event } from "#contract/envelope.ts";
import { auditStep, type planDecided, type signalEnriched, signalReceived } from "#contract/messages.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { SignalReceived } from "#contract/signal-received.ts";
import { stepOf } from "./audit.ts";
import { type BatchHandler, type ConsumePorts, consume } from "./consume.ts";
import { eachEvent } from "./each-event.ts";
import { defer, done, emission, type Outcome, reject, retry } from "./outcome.ts";
import { type AnyQueue, pack } from "./publish.ts";

const golden: Envelope = JSON.parse(readFileSync("contract/golden/signal.received.v1.json", "utf8"));
const log = () => undefined;

function received(n: number, attempt = 1): Envelope {
  return { ...golden, attempt, event_id: golden.event_id.slice(0, -4) + String(n).padStart(4, "0") };
}

function message(body: unknown) {
  const calls: string[] = [];
  return {
    body,
    calls,
    ack: () => calls.push("ack"),
    retry: (options?: { delaySeconds?: number }) => calls.push(`retry ${options?.delaySeconds}`),
  };
}

type Sent = { queue: AnyQueue; envelopes: readonly Envelope[]; delay: number | undefined };

function recorder(failOn?: AnyQueue) {
  const sent: Sent[] = [];
  let ids = 0;
  const ports: ConsumePorts = {
    now: () => Date.parse("2026-11-21T08:00:00.000Z"),
    newEventId: () => `01940000-0000-7000-8000-${String(++ids).padStart(12, "0")}`,
    random: () => 1,
    retryBaseSeconds: 4,
    log,
    publish: async (queue, envelopes, delay) => {
      if (queue === failOn) throw new Error("queue is overloaded");
      sent.push({ queue, envelopes, delay });
    },
  };
  return { sent, ports };
}

const step = stepOf({
  signal_id: golden.payload instanceof Object && "signal_id" in golden.payload ? String(golden.payload.signal_id) : "",
  layer: "enrich",
  step: "enriched",
  at: "2026-11-21T08:00:00.000Z",
  summary: "found",
});

function answering(outcome: (event: Event<SignalReceived>) => Outcome): BatchHandler<SignalReceived> {
  return eachEvent(async (event) => outcome(event), log);
}

describe("consume", () => {
  test("publishes what an event asked for and only then acknowledges its message", async () => {
    const { sent, ports } = recorder();
    const delivered = message(pack([received(1)])[0]);
    const order: string[] = [];
    await consume(
      "signals",
      signalReceived,
      { messages: [{ ...delivered, ack: () => order.push("ack") }] },
      answering(() => done(emission("audit", auditStep, step))),
      {
        ...ports,
        publish: async (...args) => {
          order.push("publish");
          await ports.publish(...args);
        },
      },
    );
    expect(order).toEqual(["publish", "ack"]);
    expect(sent[0]?.queue).toBe("audit");
    expect(sent[0]?.envelopes[0]).toMatchObject({
      topic: "audit.step",
      schema_version: 2,
      attempt: 1,
      correlation_id: golden.correlation_id,
      causation_id: received(1).event_id,
      priority: golden.priority,
    });
  });

  test("a large batch is dealt with in parts of a thousand events, and a part that is not published comes back alone", async () => {
    const { ports } = recorder();
    const packOf = (first: number) =>
      `[${Array.from({ length: 400 }, (_, n) => JSON.stringify(received(first + n))).join(",")}]`;
    const messages = [0, 400, 800, 1_200, 1_600].map((first) => message(packOf(first)));
    const parts: number[] = [];
    const handle: BatchHandler<SignalReceived> = async (events) => {
      parts.push(events.length);
      return events.map(() => done(emission("audit", auditStep, step)));
    };
    const refusing = async () => {
      if (parts.length === 2) throw new Error("queue is overloaded");
    };
    await consume("signals", signalReceived, { messages }, handle, { ...ports, publish: refusing });
    expect(parts).toEqual([800, 800, 400]);
    expect(messages.map(({ calls }) => calls)).toEqual([["ack"], ["ack"], ["retry 5"], ["retry 5"], ["ack"]]);
  });

  test("an emission that names a trail of its own goes there, and still says what led to it", async () => {
    const { sent, ports } = recorder();
    const correlationId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const handle = answering(() => done({ ...emission("audit", auditStep, step, "low"), correlationId }));
    await consume("signals", signalReceived, { messages: [message(pack([received(1)])[0])] }, handle, ports);
    expect(sent[0]?.envelopes).toMatchObject([
      { correlation_id: correlationId, causation_id: received(1).event_id, priority: "low" },
    ]);
  });

  test("an event that somebody else has made is passed on as it is, however large", async () => {
    const { sent, ports } = recorder();
    const envelope = { ...received(9), payload: "x".repeat(101_000) };
    const handle = answering(() => done({ queue: "audit", envelope }));
    await consume("signals", signalReceived, { messages: [message(pack([received(1)])[0])] }, handle, ports);
    expect(sent).toEqual([{ queue: "audit", envelopes: [envelope], delay: undefined }]);
  });

  test("emissions of a whole batch to one queue travel in one call", async () => {
    const { sent, ports } = recorder();
    const bodies = [message(pack([received(1), received(2)])[0]), message(pack([received(3)])[0])];
    await consume(
      "signals",
      signalReceived,
      { messages: bodies },
      answering(() => done(emission("audit", auditStep, step))),
      ports,
    );
    expect(sent).toHaveLength(1);
    expect(sent[0]?.envelopes).toHaveLength(3);
  });

  test("a retry travels alone with one attempt more and an exponential delay", async () => {
    const { sent, ports } = recorder();
    const delivered = message(pack([received(1, 3), received(2)])[0]);
    const handle = answering((event) => (event.attempt === 3 ? retry("upstream is down") : done()));
    await consume("signals", signalReceived, { messages: [delivered] }, handle, ports);
    expect(sent).toMatchObject([
      { queue: "signals", delay: 16, envelopes: [{ attempt: 4, event_id: received(1).event_id }] },
    ]);
    expect(delivered.calls).toEqual(["ack"]);
  });

  test("a delay that the upstream asked for is obeyed", async () => {
    const { sent, ports } = recorder();
    await consume(
      "signals",
      signalReceived,
      { messages: [message(pack([received(1)])[0])] },
      answering(() => retry("429", 77)),
      ports,
    );
    expect(sent[0]?.delay).toBe(77);
  });

  test("the first failure is remembered over the attempts, up to the dead letter", async () => {
    const failing = async (event: Envelope) => {
      const { sent, ports } = recorder();
      const handle = answering(() => retry("down"));
      await consume("signals", signalReceived, { messages: [message(pack([event])[0])] }, handle, ports);
      return sent[0]?.envelopes[0];
    };
    const first_failed_at = "2026-11-21T07:52:00.000Z";
    const [now, earlier] = ["2026-11-21T08:00:00.000Z", { first_failed_at }];
    expect(await failing(received(1))).toMatchObject({ attempt: 2, first_failed_at: now });
    expect(await failing({ ...received(1, 2), ...earlier })).toMatchObject({ attempt: 3, ...earlier });
    const letter = await failing({ ...received(1, 5), ...earlier });
    expect(letter?.payload).toMatchObject({ ...earlier, failed_at: now });
    expect(letter).not.toHaveProperty("first_failed_at");
    expect((await failing(received(1, 5)))?.payload).toMatchObject({ first_failed_at: now, failed_at: now });
  });

  test("the fifth failing attempt is a dead letter that keeps the event whole and says why", async () => {
    const { sent, ports } = recorder();
    const handle = answering(() => retry("HubSpot answered 503"));
    await consume("signals", signalReceived, { messages: [message(pack([received(1, 5)])[0])] }, handle, ports);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.queue).toBe("signals-dead");
    expect(sent[0]?.envelopes[0]).toMatchObject({
      topic: "dead.letter",
      correlation_id: golden.correlation_id,
      payload: {
        queue: "signals",
        stage: "enrich",
        code: "attempts_exhausted",
        attempts: 5,
        reason: "gave up after 5 attempts; the last one: HubSpot answered 503",
        event: received(1, 5),
      },
    });
  });

  test("a deferred event comes back later without using up an attempt", async () => {
    const { sent, ports } = recorder();
    const handle = answering(() => defer("circuit open", 300));
    await consume("signals", signalReceived, { messages: [message(pack([received(1, 5)])[0])] }, handle, ports);
    expect(sent).toMatchObject([{ queue: "signals", delay: 300, envelopes: [{ attempt: 5 }] }]);
  });

  test("a poison event leaves the ninety-nine beside it untouched", async () => {
    const { sent, ports } = recorder();
    const events: unknown[] = Array.from({ length: 100 }, (_, n) => received(n));
    events[42] = { ...received(42), payload: { signal_id: "sig_nonsense" } };
    const seen: string[] = [];
    const handle = answering((event) => {
      seen.push(event.event_id);
      return done();
    });
    const delivered = message(JSON.stringify(events));
    await consume("signals", signalReceived, { messages: [delivered] }, handle, ports);
    expect(seen).toHaveLength(99);
    expect(sent).toMatchObject([
      { queue: "signals-dead", envelopes: [{ payload: { code: "malformed", signal_id: "sig_nonsense" } }] },
    ]);
    expect(delivered.calls).toEqual(["ack"]);
  });

  test("a handler that throws retries its own event and lets the others go on", async () => {
    const { sent, ports } = recorder();
    const handle = eachEvent<SignalReceived>(async (event) => {
      if (event.event_id === received(1).event_id) throw new Error("undefined is not a function");
      return done();
    }, log);
    await consume(
      "signals",
      signalReceived,
      { messages: [message(pack([received(1), received(2)])[0])] },
      handle,
      ports,
    );
    expect(sent).toMatchObject([{ queue: "signals", envelopes: [{ attempt: 2, event_id: received(1).event_id }] }]);
  });

  test("a batch handler that throws retries every event", async () => {
    const { sent, ports } = recorder();
    const handle = async () => Promise.reject(new Error("D1 is gone"));
    await consume(
      "signals",
      signalReceived,
      { messages: [message(pack([received(1), received(2)])[0])] },
      handle,
      ports,
    );
    expect(sent[0]?.envelopes.map(({ attempt }) => attempt)).toEqual([2, 2]);
  });

  test.each([
    ["text that is not JSON", "{not json", "the message is not JSON"],
    ["JSON that is not a pack", { a: 1 }, "the message is not an array of envelopes"],
    ["an array of something else", [{ a: 1 }], "not an envelope"],
    ["another topic", [{ ...golden, topic: "plan.decided" }], "expected topic signal.received"],
    ["a version from the future", [{ ...golden, schema_version: 9 }], "signal.received v9 is not known here"],
  ])("%s is kept as a dead letter with the reason", async (_, body, reason) => {
    const { sent, ports } = recorder();
    const delivered = message(body);
    await consume(
      "signals",
      signalReceived,
      { messages: [delivered] },
      answering(() => done()),
      ports,
    );
    expect(sent).toHaveLength(1);
    expect(sent[0]?.queue).toBe("signals-dead");
    expect(JSON.stringify(sent[0]?.envelopes[0]?.payload)).toContain(reason);
    expect(delivered.calls).toEqual(["ack"]);
  });

  test("nothing is acknowledged when the queue refuses what the events asked for", async () => {
    const { ports } = recorder("audit");
    const delivered = [message(pack([received(1)])[0]), message(pack([received(2)])[0])];
    await consume(
      "signals",
      signalReceived,
      { messages: delivered },
      answering(() => done(emission("audit", auditStep, step))),
      ports,
    );
    expect(delivered.map(({ calls }) => calls)).toEqual([["retry 5"], ["retry 5"]]);
  });

  test("an event that asks for more than a queue can carry is a dead letter, not an endless retry", async () => {
    const { sent, ports } = recorder();
    const huge = { ...step, data: { text: "x".repeat(120_000) } };
    await consume(
      "signals",
      signalReceived,
      { messages: [message(pack([received(1)])[0])] },
      answering(() => done(emission("audit", auditStep, huge))),
      ports,
    );
    expect(sent).toMatchObject([{ queue: "signals-dead", envelopes: [{ payload: { code: "invalid_event" } }] }]);
  });

  test("a rejected event keeps its code and its words", async () => {
    const { sent, ports } = recorder();
    const handle = answering(() => reject("rejected_by_upstream", "hs_timestamp is required"));
    await consume("signals", signalReceived, { messages: [message(pack([received(1)])[0])] }, handle, ports);
    expect(sent).toMatchObject([
      {
        queue: "signals-dead",
        envelopes: [{ payload: { code: "rejected_by_upstream", reason: "hs_timestamp is required" } }],
      },
    ]);
  });

  test("no more than six events are handled at once", async () => {
    const { ports } = recorder();
    let running = 0;
    let most = 0;
    const handle = eachEvent<SignalReceived>(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return done();
    }, log);
    const events = Array.from({ length: 40 }, (_, n) => received(n));
    await consume("signals", signalReceived, { messages: [message(pack(events)[0])] }, handle, ports);
    expect(most).toBe(6);
  });
});

test("an emission takes the payload of its message and of no other", () => {
  expectTypeOf(emission<typeof planDecided.schema>)
    .parameter(2)
    .toEqualTypeOf<PlanDecided>();
  expectTypeOf(emission<typeof signalEnriched.schema>)
    .parameter(2)
    .toEqualTypeOf<SignalEnriched>();
});
