import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { conformance } from "./conformance.ts";
import { rudderstack } from "./rudderstack.ts";

const FOLDER = `${import.meta.dirname}/../../../tests/payloads/rudderstack`;
const TOKEN = "a-token";
const SETTINGS = { INGEST_TOKENS: `gong:other ${TOKEN}` };
const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const mobile = readFileSync(`${FOLDER}/track.mobile.json`, "utf8");
const page = { type: "page", messageId: "m1", anonymousId: "a1", receivedAt: "2026-11-21T07:00:00.123456789Z" };
const batch = JSON.stringify({ batch: [page, { ...page, messageId: "m2" }], sentAt: "2026-11-21T07:00:00Z" });

conformance({
  source: rudderstack,
  settings: SETTINGS,
  key: { name: "INGEST_TOKENS", other: "gong:a-token" },
  sign: async (body, _nowMs, path) => ({
    method: "POST",
    url: `https://edge.example.com${path}`,
    headers: new Headers({ authorization: `Bearer ${TOKEN}` }),
    body: new TextEncoder().encode(body),
  }),
  signsBody: false,
  signsUri: false,
  signsTime: false,
  samples: [
    ...readdirSync(FOLDER).map((name) => ({ name, body: readFileSync(`${FOLDER}/${name}`, "utf8") })),
    { name: "a batch", body: batch },
  ],
  redelivered: (body) => JSON.stringify({ ...JSON.parse(body), sentAt: "2026-11-21T09:00:00Z" }),
  vectors: [],
});

describe("rudderstack events", () => {
  const readings = (body: string) => {
    const normalized = rudderstack.normalize(body, {
      headers: new Headers(),
      receivedAt: RECEIVED_AT,
      settings: SETTINGS,
    });
    return normalized.ok ? normalized.readings : normalized.errors;
  };

  test("a mobile event has a message_id, an offset and microseconds", () => {
    expect(readings(mobile)).toMatchObject([
      {
        kind: "signal",
        draft: {
          signal_type: "behavioral",
          subject: "rudderstack:anon-c82cbdff-e5be-4009-ac78-cdeea09ab4b1",
          fired_at: "2019-09-01T10:16:51.693Z",
          identity: ["track", "a80f82be-9bdc-4a9f-b2a5-15621ee41df8"],
          payload: { event: "behavior.tracked", facts: { name: "spin_result", bet_amount: 9, is_turbo: "False" } },
        },
      },
    ]);
  });
  test("a batch is read event by event, and so is an array", () => {
    expect(readings(batch)).toMatchObject([
      { pointer: "/batch/0", draft: { identity: ["page", "m1"], fired_at: "2026-11-21T07:00:00.123Z" } },
      { pointer: "/batch/1", draft: { identity: ["page", "m2"] } },
    ]);
    expect(readings(JSON.stringify([page]))).toMatchObject([{ pointer: "/0", draft: { identity: ["page", "m1"] } }]);
  });
  test("an empty user id is none, and the same event alone or in a batch is the same", () => {
    const alone = readings(JSON.stringify({ ...page, userId: "" }));
    expect(alone).toMatchObject([{ draft: { subject: "rudderstack:anon-a1", identity: ["page", "m1"] } }]);
  });
  test("a batch that is no list is no event either", () => {
    expect(readings('{"batch":{}}')).toMatchObject([{ pointer: "/type" }]);
  });
});
