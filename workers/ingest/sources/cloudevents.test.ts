import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signalOf } from "#runtime/signal.ts";
import { cloudevents } from "./cloudevents.ts";
import { conformance } from "./conformance.ts";
import type { HookRequest } from "./source.ts";

const FOLDER = `${import.meta.dirname}/../../../tests/payloads/cloudevents`;
const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const SETTINGS = { INGEST_TOKENS: "other:x cloudevents:a-token" };
const bytes = (text: string) => new TextEncoder().encode(text);
const fileOf = (name: string) => readFileSync(`${FOLDER}/${name}`, "utf8");
const binary = JSON.parse(fileOf("binary.spec.json"));
const bare = { specversion: "1.0", id: "1", source: "/shop", type: "com.example.shop.order.created" };

const requestOf = (body: string, token: string, path = "/hooks/cloudevents"): HookRequest => ({
  method: "POST",
  url: `https://edge.example.com${path}`,
  headers: new Headers({ authorization: `Bearer ${token}` }),
  body: bytes(body),
});

conformance({
  source: cloudevents,
  settings: SETTINGS,
  key: { name: "INGEST_TOKENS", other: "another-token" },
  sign: async (body, _nowMs, path) => requestOf(body, "a-token", path),
  signsBody: false,
  signsUri: false,
  signsTime: false,
  samples: [
    ...["batch.spec.json", "structured.json-data.spec.json", "structured.xml-data.spec.json"].map((name) => ({
      name,
      body: fileOf(name),
    })),
    { name: "only what is required", body: JSON.stringify(bare) },
  ],
  redelivered: (body) => JSON.stringify(JSON.parse(body), null, 1),
  vectors: [],
});

const JSON_EVENT = { "content-type": "application/cloudevents+json; charset=utf-8" };
const normalize = (body: string, headers: Record<string, string> = JSON_EVENT) =>
  cloudevents.normalize(body, { headers: new Headers(headers), receivedAt: RECEIVED_AT, settings: SETTINGS });
const draftIn = (normalized: ReturnType<typeof normalize>) => {
  const [reading] = normalized.ok ? normalized.readings : [];
  return reading?.kind === "signal" ? reading.draft : normalized;
};
const draft = (fields: object) => draftIn(normalize(JSON.stringify({ ...bare, ...fields })));
const binaryDraft = (headers: Record<string, string>, body = "{}") =>
  draftIn(normalize(body, { ...binary.headers, ...headers }));

describe("cloudevents tokens", () => {
  test.for(["x", "other:x", "a-toke", ""])(
    "the token %o, which is another source's or nobody's, is refused",
    async (token) => {
      const verified = await cloudevents.verify(requestOf("{}", token), SETTINGS, 0);
      expect(verified).toMatchObject({ kind: "refused" });
    },
  );
});

describe("cloudevents in the JSON format", () => {
  test("an event that fills in our fields says as much as an adapter of ours", () => {
    const data = {
      event: "call.completed",
      deal_id: "hubspot:332507367156",
      competitors: ["Globex"],
      urgency: "immediate",
      minutes: 31,
    };
    const event = { subject: "call 7", time: "2026-11-21T08:59:00+01:00", traceparent: "00-x", sampled: true, data };
    expect(draft(event)).toEqual({
      signal_type: "call_complete",
      subject: "hubspot:332507367156",
      deal_id: "hubspot:332507367156",
      contact_id: null,
      account_id: null,
      urgency: "immediate",
      fired_at: "2026-11-21T07:59:00.000Z",
      identity: ["/shop", "1"],
      payload: {
        event: "call.completed",
        competitors: ["Globex"],
        facts: {
          minutes: 31,
          type: "com.example.shop.order.created",
          ce_id: "1",
          ce_source: "/shop",
          ce_subject: "call 7",
          ce_traceparent: "00-x",
          ce_sampled: true,
        },
      },
    });
  });
  test("an event of another system is a custom signal about itself, named by the end of its type", () => {
    expect(draft({})).toMatchObject({
      signal_type: "custom",
      subject: "cloudevents:/shop/1",
      fired_at: RECEIVED_AT,
      payload: { event: "shop.order.created" },
    });
  });
  test("equal ids of two sources are two events", async () => {
    const ids = ["/a", "/b"].map(async (source) => {
      const result = draft({ source });
      const signal = "payload" in result ? await signalOf(result, "cloudevents", RECEIVED_AT) : null;
      return signal?.ok ? signal.signal.signal_id : null;
    });
    expect(new Set(await Promise.all(ids)).size).toBe(2);
  });
  test("a long or odd id still gives a subject", () => {
    const subject = `cloudevents:${"x".repeat(199)}_`;
    expect(draft({ source: "/shop", id: `${"x".repeat(900)} ` })).toMatchObject({ subject });
  });
  test("data may come as base64", () => {
    const data_base64 = Buffer.from('{"deal_id":"hubspot:9"}').toString("base64");
    expect(draft({ data_base64 })).toMatchObject({ deal_id: "hubspot:9" });
    expect(draft({ data_base64, data: null })).toMatchObject({ deal_id: "hubspot:9" });
    expect(draft({ data_base64, datacontenttype: "application/vnd.shop+json; v=1" })).toMatchObject({
      deal_id: "hubspot:9",
    });
  });
  test.for([
    { datacontenttype: "application/xml", data: { deal_id: 7 } },
    { datacontenttype: "application/protobuf", data_base64: "!!" },
    { data: "text" },
    { data: [{ deal_id: 7 }] },
    { data: null },
  ])("data that we do not read (%o) says nothing and is no mistake", (fields) => {
    expect(draft(fields)).toMatchObject({ signal_type: "custom", deal_id: null });
  });
  test.for([
    [{ specversion: "0.3" }, "/specversion"],
    [{ specversion: undefined }, "/specversion"],
    [{ id: "" }, "/id"],
    [{ id: 7 }, "/id"],
    [{ source: undefined }, "/source"],
    [{ type: " " }, "/type"],
    [{ time: "2018-04-05T17:31:00" }, "/time"],
    [{ data: { deal_id: "7" } }, "/data/deal_id"],
    [{ data: {}, data_base64: "e30=" }, "/data_base64"],
    [{ data_base64: "!!" }, "/data_base64"],
    [{ data_base64: "gA==" }, "/data_base64"],
    [{ data_base64: "ew==" }, "/data_base64"],
  ] as const)("%o is refused with the pointer %s", ([fields, pointer]) => {
    expect(draft(fields)).toMatchObject({ ok: false, errors: [{ pointer }] });
  });
  test.for(["null", "7", '"text"', "{", "", `${"[".repeat(10_000)}${"]".repeat(10_000)}`])("%s is refused", (body) => {
    expect(normalize(body)).toMatchObject({ ok: false });
  });
  test("a number beyond 2^53 keeps every digit", () => {
    const body = JSON.stringify({ ...bare, data: { order: 0 } }).replace('"order":0', '"order":9007199254740993');
    expect(draftIn(normalize(body))).toMatchObject({ payload: { facts: { order: "9007199254740993" } } });
  });
  test("of a key that comes twice the last one counts, as JSON.parse has it", () => {
    const body = JSON.stringify(bare).replace('"id":"1"', '"id":"0","id":"1"');
    expect(draftIn(normalize(body))).toMatchObject({ identity: ["/shop", "1"] });
  });
  test("a format that is not JSON is refused with what to send", () => {
    const detail = expect.stringContaining("send application/cloudevents+json");
    for (const type of ["application/cloudevents+avro", "application/CloudEvents-batch+protobuf"]) {
      expect(normalize("{}", { "content-type": type })).toEqual({ ok: false, errors: [{ pointer: "", detail }] });
    }
  });
});

describe("cloudevents in batches", () => {
  const batch = (events: unknown) =>
    normalize(JSON.stringify(events), { "content-type": "application/cloudevents-batch+json" });

  test("three broken events of a hundred are rejected, and the others go on", () => {
    const events: unknown[] = Array.from({ length: 100 }, (_, index) => ({ ...bare, id: `${index}` }));
    events[7] = null;
    events[50] = { ...bare, id: "" };
    events[99] = { ...bare, data: { score: 720 } };
    const normalized = batch(events);
    const readings = normalized.ok ? normalized.readings : [];
    expect(readings.filter(({ kind }) => kind === "signal")).toHaveLength(97);
    expect(readings.filter(({ kind }) => kind === "invalid")).toMatchObject([
      { pointer: "/7", raw: null },
      { pointer: "/50/id", raw: { id: "" } },
      { pointer: "/99/data/score" },
    ]);
  });
  test("an empty batch is no mistake", () => {
    expect(batch([])).toEqual({ ok: true, readings: [] });
  });
  test("a batch of more than a thousand is refused", () => {
    const detail = expect.stringContaining("send at most 1000");
    expect(batch(Array.from({ length: 1001 }, () => bare))).toEqual({ ok: false, errors: [{ pointer: "", detail }] });
  });
});

describe("cloudevents in binary mode", () => {
  test("the specification's event is the same in both modes, but for the types of its extensions", () => {
    const structured = draftIn(normalize(fileOf("structured.json-data.spec.json")));
    expect(draftIn(normalize(binary.rawBody, binary.headers))).toEqual({
      ...structured,
      payload: {
        event: "com.example.someevent",
        facts: {
          appinfoA: "abc",
          appinfoB: 123,
          appinfoC: true,
          ce_comexampleextension1: "value",
          ce_comexampleothervalue: "5",
          ce_id: "C234-1234-1234",
          ce_source: "/mycontext",
          type: "com.example.someevent",
        },
      },
    });
  });
  test.for([
    ["Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"],
    ["euro%e2%82%ac%41", "euro€A"],
    ["%2525", "%25"],
    ['"with \\"quotes\\" and %20"', 'with "quotes" and  '],
    ["100%", "100%"],
  ] as const)("the header value %s means %s", ([given, meant]) => {
    expect(binaryDraft({ "ce-subject": given })).toMatchObject({ payload: { facts: { ce_subject: meant } } });
  });
  test.for([
    [{ "ce-subject": "%C0%A0" }, "ce-subject is not percent-encoded UTF-8"],
    [{ "ce-specversion": "2.0" }, 'ce-specversion: expected "1.0"'],
    [{ "ce-time": "yesterday" }, "ce-time: expected an RFC 3339 time"],
    [{ "ce-id": "" }, "ce-id"],
  ] as const)("%o is refused in words that name the header", ([headers, words]) => {
    const detail = expect.stringContaining(words);
    expect(binaryDraft(headers)).toMatchObject({ ok: false, errors: [{ pointer: "", detail }] });
  });
  test("a mistake in the data is pointed to in the body", () => {
    expect(binaryDraft({}, '{"deal_id":7}')).toMatchObject({ ok: false, errors: [{ pointer: "/deal_id" }] });
    expect(binaryDraft({}, "{")).toMatchObject({ ok: false, errors: [{ pointer: "" }] });
  });
  test("data in another format, or none, says nothing and is no mistake", () => {
    expect(binaryDraft({ "content-type": "text/plain" }, "hello")).toMatchObject({ deal_id: null });
    expect(binaryDraft({}, "")).toMatchObject({ deal_id: null });
  });
  test("headers do not count beside an event in the JSON format", () => {
    const headers = { ...binary.headers, ...JSON_EVENT };
    expect(draftIn(normalize(JSON.stringify(bare), headers))).toMatchObject({ identity: ["/shop", "1"] });
  });
  test("whatever is percent-encoded comes back as it was", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 50 }).filter((id) => id.trim() !== "");
    fc.assert(
      fc.property(text, (id) => {
        expect(binaryDraft({ "ce-id": encodeURIComponent(id) })).toMatchObject({ identity: ["/mycontext", id] });
      }),
    );
  });
});
