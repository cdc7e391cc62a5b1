import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import type { Envelope } from "#contract/envelope.ts";
import { parsePayload, signalReceived } from "#contract/messages.ts";
import type { AnyQueue } from "#runtime/publish.ts";
import { rawPayload } from "./mail.fixture.ts";
import { takeMail } from "./take-mail.ts";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const FORWARDER = "rep+caf_=deals=in.dealwire.example@sales.dealwire.example";
const SETTINGS = {
  EMAIL_SENDERS: "@northwind.example, @sales.dealwire.example",
  EMAIL_BOMBORA_SENDERS: "reports@bombora.example",
};

type Given = {
  from?: string;
  to?: string;
  settings?: Partial<typeof SETTINGS>;
  refusing?: AnyQueue;
  rawSize?: number;
  fullBucket?: boolean;
};

async function take(raw: Uint8Array, given: Given = {}) {
  const sent: { queue: AnyQueue; envelope: Envelope }[] = [];
  const kept: string[] = [];
  const files = new Map<string, Uint8Array>();
  const outcome = await takeMail(
    {
      from: given.from ?? "ana.duarte@northwind.example",
      to: given.to ?? "deals@in.dealwire.example",
      rawSize: given.rawSize ?? raw.byteLength,
      read: async () => raw,
    },
    {
      settings: { ...SETTINGS, ...given.settings },
      publish: async (queue, envelopes) => {
        if (queue === given.refusing) throw new Error("10250 Queue is overloaded");
        for (const envelope of envelopes) sent.push({ queue, envelope });
      },
      files: {
        async put(key, bytes) {
          files.set(key, bytes);
          return "etag";
        },
      },
      async keepRaw(key) {
        if (given.fullBucket) throw new Error("no room");
        kept.push(key);
      },
      log: () => {},
      now: () => NOW,
      newEventId: uuidv7,
    },
  );
  const signals = sent.flatMap(({ queue, envelope }) => {
    const parsed = queue === "signals" ? parsePayload(signalReceived, envelope) : null;
    return parsed?.ok ? [parsed.event.payload] : [];
  });
  return { outcome, sent, signals, kept, files };
}
const text = (name: string) => new TextDecoder().decode(rawPayload(name));
const changed = (name: string, from: string | RegExp, to: string) =>
  new TextEncoder().encode(text(name).replace(from, to));

describe("what a mail means", () => {
  test("a reply is what its author wrote, with the address in the facts and in no reference", async () => {
    const { outcome, signals, kept } = await take(rawPayload("reply.eml"));
    expect(outcome).toEqual({ kind: "taken", signals: 1, files: 0 });
    expect(signals).toMatchObject([
      {
        signal_type: "behavioral",
        source: "email",
        subject: expect.stringMatching(/^email:[a-z2-7]{26}$/),
        payload: {
          event: "email.replied",
          text: expect.stringContaining("40 seats\u00a0– can you send it?"),
          facts: { email: "ana.duarte@northwind.example", author_proven: true },
        },
        urgency: "high",
        fired_at: "2026-11-21T07:59:10.000Z",
        raw_ref: kept[0],
      },
    ]);
    expect(kept).toEqual([expect.stringMatching(/^raw\/email\/2026-11-21\/[a-z2-7]{26}$/)]);
  });

  test("the same mail by way of two mailboxes is one signal", async () => {
    const first = await take(rawPayload("reply.eml"));
    const second = await take(rawPayload("reply.eml"), { to: "other@in.dealwire.example" });
    expect(second.signals[0]?.signal_id).toBe(first.signals[0]?.signal_id);
  });

  test("a bounce that a colleague's mailbox sends on is a change of who is there, for each address that failed for good", async () => {
    const { signals } = await take(rawPayload("bounce.eml"), { from: FORWARDER });
    expect(signals).toMatchObject([
      {
        signal_type: "stakeholder_change",
        payload: {
          event: "contact.email_bounced",
          facts: {
            email: "ana.duarte@northwind.example",
            smtp_status: "5.1.1",
            diagnostic: expect.stringContaining("550 5.1.1 double-checking"),
            author_proven: false,
          },
        },
      },
    ]);
  });

  test("an automatic reply says something only when it says that its author left", async () => {
    const left = await take(rawPayload("left-company.eml"));
    expect(left.signals).toMatchObject([
      { signal_type: "stakeholder_change", confidence: 0.4, payload: { event: "contact.left_company" } },
    ]);
    const absent = await take(rawPayload("out-of-office.eml"));
    expect([absent.outcome, absent.sent, absent.kept]).toEqual([{ kind: "taken", signals: 0, files: 0 }, [], []]);
  });

  test("a colleague's own mail is nobody's reply", async () => {
    const own = changed("reply.eml", /northwind\.example/g, "sales.dealwire.example");
    const { outcome, sent } = await take(own, {
      from: "ana.duarte@sales.dealwire.example",
      to: "deals@in.sales.dealwire.example",
    });
    expect([outcome, sent]).toEqual([{ kind: "taken", signals: 0, files: 0 }, []]);
  });
});

describe("a report", () => {
  test("goes into the bucket as it was attached, and is read from there", async () => {
    const { outcome, files, sent } = await take(rawPayload("bombora-report.eml"), { from: "reports@bombora.example" });
    expect(outcome).toEqual({ kind: "taken", signals: 0, files: 1 });
    const [[key, bytes] = []] = [...files];
    expect(key).toMatch(/^mail\/[a-z2-7]{26}\/surge-20261115\.csv\.gz$/);
    expect([...(bytes ?? [])].slice(0, 2)).toEqual([0x1f, 0x8b]);
    expect(sent).toMatchObject([{ queue: "imports", envelope: { payload: { action: "PutObject", object: { key } } } }]);
  });

  test("of anybody but Bombora's sender is not read", async () => {
    const { outcome, files } = await take(rawPayload("bombora-report.eml"), {
      from: "reports@bombora.example",
      settings: { EMAIL_BOMBORA_SENDERS: "" },
    });
    expect([outcome.kind, files.size]).toEqual(["refused", 0]);
  });
});

describe("who is refused", () => {
  test.for([
    ["a stranger", rawPayload("reply.eml"), { settings: { EMAIL_SENDERS: "@other.example" } }],
    ["somebody who only says who they are", changed("reply.eml", /=pass/g, "=fail"), {}],
    ["a mail without the server's findings", changed("reply.eml", /^Authentication-Results:[\s\S]*?(?=X-CF)/m, ""), {}],
    [
      "a second author",
      changed("reply.eml", "From: Ana", "From: eve@evil.example\r\nFrom: Ana"),
      { from: "x@evil.example" },
    ],
    ["a mailbox that the envelope only claims", rawPayload("bounce.eml"), { from: "boss@sales.dealwire.example" }],
    ["a mail over the platform's limit", rawPayload("reply.eml"), { rawSize: 26_214_401 }],
  ] as const)("%s, and nothing of it is kept", async ([, raw, given]) => {
    const { outcome, sent, kept, files } = await take(raw, given);
    expect([outcome.kind, sent, kept, files.size]).toEqual(["refused", [], [], 0]);
  });
});

describe("what is ours to mend", () => {
  test("a missing or mistaken list is told by its name, and the mail waits at its sender's", async () => {
    const none = await take(rawPayload("reply.eml"), { settings: { EMAIL_SENDERS: "", EMAIL_BOMBORA_SENDERS: "" } });
    expect(none.outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("EMAIL_SENDERS") });
    const wrong = await take(rawPayload("reply.eml"), { settings: { EMAIL_SENDERS: "northwind.example" } });
    expect(wrong.outcome).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("northwind.example is neither"),
    });
  });

  test("a queue that refuses fails the mail; a full bucket only loses the raw body", async () => {
    expect((await take(rawPayload("reply.eml"), { refusing: "signals" })).outcome).toMatchObject({ kind: "failed" });
    const full = await take(rawPayload("reply.eml"), { fullBucket: true });
    expect([full.outcome.kind, full.signals[0]?.raw_ref]).toEqual(["taken", null]);
  });
});
