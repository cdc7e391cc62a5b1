// Whatever a mail is made of, it is taken, refused, or fails whole; what becomes a signal keeps the contract.
import fc from "fast-check";
import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import { parsePayload, signalReceived } from "#contract/messages.ts";
import { rawPayload } from "./mail.fixture.ts";
import { type MailOutcome, takeMail } from "./take-mail.ts";

const NAMES = ["reply.eml", "bounce.eml", "left-company.eml", "out-of-office.eml", "bombora-report.eml"] as const;
const PAYLOADS = NAMES.map(rawPayload);

/** Takes a mail, holds its signals against the contract, and answers their ids. */
async function take(raw: Uint8Array, nowMs = Date.parse("2026-11-21T08:00:00.000Z")) {
  const ids: string[] = [];
  const broken: string[] = [];
  const outcome: MailOutcome = await takeMail(
    {
      from: "ana.duarte@northwind.example",
      to: "deals@in.dealwire.example",
      rawSize: raw.length,
      read: async () => raw,
    },
    {
      settings: { EMAIL_SENDERS: "@northwind.example", EMAIL_BOMBORA_SENDERS: "reports@bombora.example" },
      publish: async (queue, envelopes) => {
        for (const envelope of queue === "signals" ? envelopes : []) {
          const parsed = parsePayload(signalReceived, envelope);
          if (parsed.ok) ids.push(parsed.event.payload.signal_id);
          else broken.push(parsed.reason);
        }
      },
      files: { put: async () => "etag" },
      keepRaw: async () => {},
      log: () => {},
      now: () => nowMs,
      newEventId: uuidv7,
    },
  );
  expect(broken).toEqual([]);
  return { outcome, ids };
}

/** `raw` with some of its bytes replaced, doubled or cut out: what a broken relay or a hostile sender makes of a mail. */
const mangled = fc
  .tuple(
    fc.constantFrom(...PAYLOADS),
    fc.array(fc.tuple(fc.nat(), fc.nat(40), fc.uint8Array({ maxLength: 40 })), { minLength: 1, maxLength: 6 }),
  )
  .map(([raw, edits]) =>
    edits.reduce((bytes, [place, length, instead]) => {
      const at = place % (bytes.length + 1);
      return Uint8Array.of(...bytes.subarray(0, at), ...instead, ...bytes.subarray(at + length));
    }, raw),
  );

/** A mail that is vouched for, with any words in the places that are read. */
const HEAD = new TextDecoder().decode(rawPayload("reply.eml"));
const field = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.string({ maxLength: 60 }));
const written = fc
  .record({ Date: field, "Message-ID": field, Subject: field, "Auto-Submitted": field, "Content-Type": field })
  .map((fields) => {
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, " ")}\r\n`);
    const names = Object.keys(fields).join("|");
    const head = HEAD.replace(new RegExp(`^(?:${names}):.*\\r?\\n(?:[ \\t].*\\r?\\n)*`, "gim"), "");
    return new TextEncoder().encode(head.replace(/^From:/m, () => `${lines.join("")}From:`));
  });

test("any bytes have an answer that is no fault of ours", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array(), mangled, written), async (raw) => {
      expect((await take(raw)).outcome.kind).not.toBe("failed");
    }),
    { numRuns: 400 },
  );
});

test("the same mail has the same ids whenever it comes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(mangled, written), fc.nat(86_400_000), async (raw, laterMs) => {
      const { ids } = await take(raw);
      expect((await take(raw, Date.parse("2026-11-21T08:00:00.000Z") + laterMs)).ids).toEqual(ids);
    }),
  );
});

test.for([
  ["a year of five digits", "Date: Sat, 21 Nov 12026 07:59:10 +0000"],
  ["a year before our era", "Date: Sat, 21 Nov -0001 07:59:10 +0000"],
  ["no date at all", "Date: yesterday"],
])("%s is the time of arrival", async ([, date]) => {
  const raw = new TextEncoder().encode(HEAD.replace(/^Date:.*$/m, () => String(date)));
  expect(await take(raw)).toMatchObject({ outcome: { kind: "taken", signals: 1 } });
});
