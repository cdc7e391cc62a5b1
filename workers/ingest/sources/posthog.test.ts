import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { conformance } from "./conformance.ts";
import { posthog } from "./posthog.ts";

const FOLDER = `${import.meta.dirname}/../../../tests/payloads/posthog`;
const TOKEN = "a-token";
const SETTINGS = { INGEST_TOKENS: `posthog:${TOKEN}` };
const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const fileOf = (name: string) => readFileSync(`${FOLDER}/${name}`, "utf8");

conformance({
  source: posthog,
  settings: SETTINGS,
  key: { name: "INGEST_TOKENS", other: "another-token" },
  sign: async (body, _nowMs, path) => ({
    method: "POST",
    url: `https://edge.example.com${path}`,
    headers: new Headers({ authorization: `Bearer ${TOKEN}` }),
    body: new TextEncoder().encode(body),
  }),
  signsBody: false,
  signsUri: false,
  signsTime: false,
  samples: readdirSync(FOLDER).map((name) => ({ name, body: fileOf(name) })),
  redelivered: (body) => body,
  vectors: [],
});

describe("posthog events", () => {
  const read = (body: unknown) =>
    posthog.normalize(typeof body === "string" ? body : JSON.stringify(body), {
      headers: new Headers(),
      receivedAt: RECEIVED_AT,
      settings: SETTINGS,
    });
  const draft = (body: unknown) => {
    const normalized = read(body);
    const [reading] = normalized.ok ? normalized.readings : [];
    return reading?.kind === "signal" ? reading.draft : (reading ?? normalized);
  };
  const event = (fields: object, person: object = {}) =>
    draft({ event: { uuid: "u1", distinct_id: "d1", timestamp: "2026-11-21T07:00:00Z", ...fields }, person });

  test("a page view tells its address, and of its person the address only", () => {
    expect(draft(fileOf("pageview.destination.json"))).toEqual({
      signal_type: "behavioral",
      subject: "posthog:user-219ce97b-c06e-4e7d-821c-d15081c293a6",
      deal_id: null,
      contact_id: null,
      account_id: null,
      payload: {
        event: "page.viewed",
        url: "https://us.posthog.com/project/<ID>/functions/new/template-rudderstack",
        facts: {
          user_id: "219ce97b-c06e-4e7d-821c-d15081c293a6",
          email: "example@posthog.com",
          this_is_an_example_event: true,
        },
      },
      fired_at: "2025-12-19T04:14:59.004Z",
      identity: ["dc4685b0-2f39-4ddf-b99e-ec50fd928469"],
    });
  });
  test("an event of the team's own is tracked under its name", () => {
    expect(draft(fileOf("cdp-globals.minimal.json"))).toMatchObject({
      subject: "posthog:user-distinct-id",
      payload: { event: "behavior.tracked", url: "https://example.com", facts: { name: "event-name" } },
    });
  });
  test("an identified person brings their properties", () => {
    const properties = { $anon_distinct_id: "a1", $set: { email: "ana@example.com", title: "VP" } };
    const identify = event({ event: "$identify", properties }, { properties: { plan: "pro", $browser: "Chrome" } });
    const facts = { user_id: "d1", anonymous_id: "a1", email: "ana@example.com", plan: "pro", title: "VP" };
    expect(identify).toMatchObject({ subject: "posthog:user-d1", payload: { event: "person.identified", facts } });
    expect(identify).not.toHaveProperty("payload.facts.$browser");
  });
  test.for([{ $device_id: "d1" }, { $is_identified: false }])("%o is nobody known yet", (properties) => {
    expect(event({ event: "$pageview", properties })).toMatchObject({ subject: "posthog:anon-d1" });
  });
  test.for([
    ["$screen", { $screen_name: "Prices" }, "screen.viewed", { name: "Prices" }],
    [
      "$groupidentify",
      { $group_key: "g1", $group_set: { name: "Initech" } },
      "account.identified",
      { name: "Initech" },
    ],
    ["$create_alias", { alias: "a2" }, "person.aliased", { previous_id: "a2" }],
    ["toString", {}, "behavior.tracked", { name: "toString" }],
  ] as const)("%s with %o is %s", ([name, properties, told, facts]) => {
    expect(event({ event: name, properties })).toMatchObject({ payload: { event: told, facts } });
  });
  test.for(["$autocapture", "$feature_flag_called", "$web_vitals"])("%s is ignored by its name", (name) => {
    expect(event({ event: name })).toEqual({ kind: "ignored", name });
  });
  test.for([
    [{}, "/event"],
    [{ event: { event: "$pageview", distinct_id: "d" } }, "/event/uuid"],
    [{ event: { uuid: "u", event: 7 } }, "/event/event"],
    [{ event: { uuid: "u", event: "$pageview" } }, ""],
  ] as const)("%o is refused with the pointer %s", ([body, pointer]) => {
    expect(read(body)).toMatchObject({ ok: false, errors: [{ pointer }] });
  });
});
