import fc from "fast-check";
import { expect, test } from "vitest";
import { auditStep } from "#contract/messages.ts";
import { PACK_BYTES } from "#contract/queues.ts";
import { stepOf } from "./audit.ts";
import { createEnvelope, createPublish, pack, tooLarge } from "./publish.ts";
import { unpack } from "./unpack.ts";

const ports = { now: () => 0, newEventId: () => "01940000-0000-7000-8000-000000000001" };
const origin = {
  correlation_id: "0af7651916cd43dd8448eb211c80319c",
  priority: "standard",
  causation_id: null,
} as const;

function envelope(summary: string, data: Record<string, unknown> | null = null) {
  const step = stepOf({
    signal_id: `sig_${"a".repeat(26)}`,
    layer: "ingest",
    step: "received",
    at: "2026-11-21T08:00:00.000Z",
    summary,
    data,
  });
  return createEnvelope(auditStep, step, origin, ports);
}

test("whatever is packed comes back unpacked, in order, in messages of at most the billed size", () => {
  const texts = fc.array(fc.string({ maxLength: 2_000, unit: "binary" }), { maxLength: 80 });
  fc.assert(
    fc.property(texts, (summaries) => {
      const envelopes = summaries.map((text) => envelope("x", { text }));
      const bodies = pack(envelopes);
      for (const body of bodies) expect(new TextEncoder().encode(body).byteLength).toBeLessThanOrEqual(PACK_BYTES + 2);
      const back = bodies.flatMap(unpack).map((unpacked) => (unpacked.ok ? unpacked.envelope : unpacked.reason));
      expect(back).toEqual(JSON.parse(JSON.stringify(envelopes)));
    }),
    { numRuns: 50 },
  );
});

test("an event over the pack size travels alone", () => {
  const bodies = pack([envelope("small"), envelope("big", { text: "x".repeat(70_000) }), envelope("small")]);
  expect(bodies).toHaveLength(3);
});

test("calls stay below the platform's limits of bytes and messages", async () => {
  const calls: number[][] = [];
  const publish = createPublish({
    audit: { sendBatch: async (messages) => calls.push([...messages].map(({ body }) => body.length)) },
  });
  await publish(
    "audit",
    Array.from({ length: 30 }, () => envelope("big", { text: "x".repeat(50_000) })),
  );
  expect(calls.flat()).toHaveLength(30);
  for (const call of calls) expect(call.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(256_000);
});

test("nothing to publish makes no call", async () => {
  await createPublish({})("audit", []);
});

test("a queue that this Worker does not write to is a bug and says so", async () => {
  await expect(createPublish({})("plans", [envelope("x")])).rejects.toThrow('no producer binding for queue "plans"');
});

test("an event beyond what a queue takes says how large it is", () => {
  expect(tooLarge(envelope("fine"))).toBeNull();
  expect(tooLarge(envelope("x", { text: "é".repeat(60_000) }))).toContain("a queue takes at most 100000");
});
