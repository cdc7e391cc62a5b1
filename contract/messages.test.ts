import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { Envelope, TOPICS } from "./envelope.ts";
import {
  actionChanged,
  actionRechecked,
  actionReleased,
  auditStep,
  deadLetter,
  erasureRequested,
  fileDropped,
  intentObserved,
  type Message,
  parsePayload,
  planDecided,
  rawReplay,
  signalEnriched,
  signalReceived,
} from "./messages.ts";

const messages: readonly Message<z.ZodType>[] = [
  fileDropped,
  intentObserved,
  signalReceived,
  signalEnriched,
  planDecided,
  actionReleased,
  auditStep,
  actionRechecked,
  actionChanged,
  deadLetter,
  rawReplay,
  erasureRequested,
];
const golden = (topic: string, version: number): unknown =>
  JSON.parse(readFileSync(`contract/golden/${topic}.v${version}.json`, "utf8"));

test("every topic has a message", () => {
  expect(messages.map(({ topic }) => topic).sort()).toEqual([...TOPICS].sort());
});

test.each(messages)("every version of $topic that was ever sent still parses", (message) => {
  for (let version = 1; version <= message.version; version += 1) {
    const parsed = parsePayload(message, Envelope.parse(golden(message.topic, version)));
    expect(parsed).toMatchObject({ ok: true, event: { schema_version: message.version } });
  }
});

test("golden messages and versions agree", () => {
  const expected = messages.flatMap(({ topic, version }) =>
    Array.from({ length: version }, (_, n) => `${topic}.v${n + 1}.json`),
  );
  expect(readdirSync("contract/golden").sort()).toEqual(expected.sort());
});

test("parsing the newest version changes nothing", () => {
  for (const message of messages) {
    const envelope = Envelope.parse(golden(message.topic, message.version));
    const parsed = parsePayload(message, envelope);
    expect(parsed.ok && parsed.event.payload).toEqual(envelope.payload);
  }
});

test("an older version is upcast step by step", () => {
  const v3 = {
    topic: "signal.received",
    version: 3,
    schema: z.object({ c: z.literal(3), trail: z.array(z.int()) }),
    upcasters: { 1: () => ({ b: 2, trail: [1] }), 2: () => ({ c: 3, trail: [1, 2] }) },
  } as const;
  const envelope = Envelope.parse(golden("signal.received", 1));
  expect(parsePayload(v3, envelope)).toMatchObject({
    ok: true,
    event: { schema_version: 3, payload: { c: 3, trail: [1, 2] } },
  });
});

test("a version from the future is refused by name, never guessed", () => {
  const envelope = { ...Envelope.parse(golden("plan.decided", 1)), schema_version: 7 };
  expect(parsePayload(planDecided, envelope)).toMatchObject({ ok: false, code: "unknown_version" });
});

test("a malformed payload says where it is wrong", () => {
  const envelope = { ...Envelope.parse(golden("signal.received", 1)), payload: { urgency: "now" } };
  const parsed = parsePayload(signalReceived, envelope);
  expect(parsed).toMatchObject({ ok: false, code: "malformed" });
  expect(!parsed.ok && parsed.reason).toContain("/signal_id");
});
