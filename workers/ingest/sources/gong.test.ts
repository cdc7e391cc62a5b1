import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { signalOf } from "#runtime/signal.ts";
import { conformance } from "./conformance.ts";
import { gong } from "./gong.ts";
import type { HookRequest } from "./source.ts";

const FOLDER = `${import.meta.dirname}/../../../tests/payloads/gong`;
const PUBLIC_URL = "https://edge.example.com";
const NOW = Date.parse("2026-11-21T08:00:00.000Z");
const RECEIVED_AT = "2026-11-21T08:00:00.000Z";
const bytes = (text: string) => new TextEncoder().encode(text);
const fileOf = (name: string) => readFileSync(`${FOLDER}/${name}`, "utf8");
const full = fileOf("call_completed.full.json");
const vector = JSON.parse(fileOf("sig.jwt.self-made.json"));

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PRIVATE_KEY = createPrivateKey(pair.privateKey.export({ type: "pkcs8", format: "pem" }));
const SPKI = pair.publicKey.export({ type: "spki", format: "der" }).toString("base64");
const PEM = String(pair.publicKey.export({ type: "spki", format: "pem" }));
const SETTINGS = { PUBLIC_URL, GONG_PUBLIC_KEYS: SPKI, GONG_COMPETITOR_TRACKERS: "" };

const requestOf = (authorization: string, body: string, path = "/hooks/gong"): HookRequest => ({
  method: "POST",
  url: `http://10.0.0.1:8787${path}`,
  headers: new Headers({ authorization }),
  body: bytes(body),
});
const claimsFor = (body: string, path = "/hooks/gong") => ({
  webhook_url: `${PUBLIC_URL}${path}`,
  body_sha256: createHash("sha256").update(body).digest("hex"),
  exp: NOW / 1000 + 300,
});
const jwtOf = (claims: object) => new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256" }).sign(PRIVATE_KEY);

conformance({
  source: gong,
  settings: SETTINGS,
  key: { name: "GONG_PUBLIC_KEYS", other: vector.publicKeyBase64Spki },
  sign: async (body, _nowMs, path) => requestOf(await jwtOf(claimsFor(body, path)), body, path),
  signsUri: false,
  signsTime: false,
  samples: [
    { name: "call_completed.full.json", body: full },
    { name: "a bare call", body: '{"callData":{"metaData":{"id":"1"}}}' },
  ],
  redelivered: (body) => JSON.stringify(JSON.parse(body), null, 2),
  vectors: [
    {
      name: "sig.jwt.self-made.json",
      request: {
        method: "POST",
        url: vector.url,
        headers: new Headers(vector.headers),
        body: bytes(vector.rawBody),
      },
      settings: { ...SETTINGS, GONG_PUBLIC_KEYS: vector.publicKeyBase64Spki },
      nowMs: NOW,
    },
  ],
});

describe("gong signatures", () => {
  const verify = (request: HookRequest, settings = {}) => gong.verify(request, { ...SETTINGS, ...settings }, NOW);
  const withClaims = async (claims: object) => verify(requestOf(await jwtOf(claims), "{}"));

  test.for([
    ["wrongBody", "bad_signature"],
    ["wrongUrl", "bad_signature"],
    ["expired", "stale"],
  ])("refuses the published vector %s", async ([name, code]) => {
    const headers = new Headers({ authorization: String(vector.negative[String(name)]) });
    const request = { method: "POST", url: vector.url, headers, body: bytes(vector.rawBody) };
    expect(await verify(request, { GONG_PUBLIC_KEYS: vector.publicKeyBase64Spki })).toMatchObject({ code });
  });
  test.for(["Bearer ", "bearer  ", ""])("the token is taken behind %o", async (prefix) => {
    const request = requestOf(`${prefix}${await jwtOf(claimsFor("{}"))}`, "{}");
    expect(await verify(request)).toEqual({ kind: "ok" });
  });
  test.for([
    ["base64 among others", `${vector.publicKeyBase64Spki},${SPKI}`],
    ["PEM", PEM],
    ["PEM in one line", PEM.replaceAll("\n", "\\n")],
    ["both", `${vector.publicKeyBase64Spki}\n${PEM}\n`],
  ])("the key may be given as %s", async ([, keys]) => {
    const request = requestOf(await jwtOf(claimsFor("{}")), "{}");
    expect(await verify(request, { GONG_PUBLIC_KEYS: keys })).toEqual({ kind: "ok" });
  });
  test.for([
    ["no key", "!!!", 1],
    ["one that is no key", `${SPKI} AAAA`, 2],
    [
      "a key too small",
      generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ type: "spki", format: "pem" }),
      1,
    ],
    ["a key of another kind", generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }), 1],
  ] as const)("%s in GONG_PUBLIC_KEYS is a matter of configuration", async ([, keys, position]) => {
    const verified = await verify(requestOf("x", "{}"), { GONG_PUBLIC_KEYS: String(keys) });
    expect(verified).toEqual({ kind: "not_configured", reason: expect.stringContaining(`key ${position} in GONG_`) });
  });
  test("a PUBLIC_URL that is no URL is a matter of configuration", async () => {
    const verified = await verify(requestOf("x", "{}"), { PUBLIC_URL: "edge" });
    expect(verified).toEqual({ kind: "not_configured", reason: expect.stringContaining("PUBLIC_URL") });
  });
  test("the URL counts with its query or without, and with no other", async () => {
    const path = "/hooks/gong?team=emea";
    const claimed = async (url: string) => verify(requestOf(await jwtOf(claimsFor("{}", url)), "{}", path));
    expect(await claimed(path)).toEqual({ kind: "ok" });
    expect(await claimed("/hooks/gong")).toEqual({ kind: "ok" });
    for (const other of ["/hooks/gong?team=apac", "/hooks/gong/", "/hooks/gon", "/hooks/gong?"]) {
      expect(await claimed(other), other).toMatchObject({ kind: "refused", code: "bad_signature" });
    }
  });
  test("a claimed URL with any one character changed is refused", async () => {
    const url = `${PUBLIC_URL}/hooks/gong`;
    await fc.assert(
      fc.asyncProperty(fc.nat(url.length - 1), fc.constantFrom("x", "/", "A", "?"), async (at, letter) => {
        const webhook_url = url.slice(0, at) + letter + url.slice(at + 1);
        fc.pre(webhook_url !== url);
        expect(await withClaims({ ...claimsFor("{}"), webhook_url })).toMatchObject({ kind: "refused" });
      }),
      { numRuns: 30 },
    );
  });
  test("a token may have ended a minute ago by our clock, and not longer", async () => {
    const request = requestOf(await jwtOf(claimsFor("{}")), "{}");
    expect(await gong.verify(request, SETTINGS, NOW + 359_999)).toEqual({ kind: "ok" });
    expect(await gong.verify(request, SETTINGS, NOW + 360_000)).toMatchObject({ code: "stale" });
  });
  test.for(["exp", "webhook_url", "body_sha256"])("a token without %s is refused", async (name) => {
    const claims = Object.fromEntries(Object.entries(claimsFor("{}")).filter(([claim]) => claim !== name));
    expect(await withClaims(claims)).toMatchObject({ kind: "refused", code: "bad_signature" });
  });
  test.for([{ exp: "2100" }, { exp: null }, { webhook_url: [] }, { body_sha256: 7 }])(
    "a token whose claims are odd (%o) is refused",
    async (odd) => {
      expect(await withClaims({ ...claimsFor("{}"), ...odd })).toMatchObject({
        kind: "refused",
        code: "bad_signature",
      });
    },
  );
  test("a token that chooses its own algorithm is refused", async () => {
    const claims = { ...claimsFor("{}") };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    // The oldest trick: the public key as the secret of an HMAC.
    const secret = createPublicKey(PEM).export({ type: "spki", format: "der" });
    const hmac = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secret);
    const rs512 = await new SignJWT(claims).setProtectedHeader({ alg: "RS512" }).sign(PRIVATE_KEY);
    for (const jwt of [hmac, rs512, `${part({ alg: "none" })}.${part(claims)}.`, "a.b.c", "."]) {
      expect(await verify(requestOf(jwt, "{}"))).toMatchObject({ kind: "refused", code: "bad_signature" });
    }
  });
});

describe("gong calls", () => {
  const normalize = (body: string, trackers = "") =>
    gong.normalize(body, {
      headers: new Headers(),
      receivedAt: RECEIVED_AT,
      settings: { ...SETTINGS, GONG_COMPETITOR_TRACKERS: trackers },
    });
  const draft = (callData: object, trackers?: string) => {
    const normalized = normalize(JSON.stringify({ callData: { metaData: { id: "1" }, ...callData } }), trackers);
    const [reading] = normalized.ok ? normalized.readings : [];
    return reading?.kind === "signal" ? reading.draft : normalized;
  };
  const competitors = (trackers: unknown, configured?: string) => {
    const result = draft({ content: { trackers } }, configured);
    return "payload" in result ? result.payload.competitors : result;
  };

  test("a call is about its deal, and says when it ended, who was there and what was talked about", () => {
    expect(draft(JSON.parse(full).callData)).toEqual({
      signal_type: "call_complete",
      subject: "salesforce:0061Q00000mkU1fQAE",
      deal_id: "salesforce:0061Q00000mkU1fQAE",
      account_id: "salesforce:0011630000vmLBaEEN",
      contact_id: "salesforce:0331Z0000571AdPQDU",
      fired_at: "2019-10-18T21:39:36.041Z",
      identity: ["5599332235511222779"],
      payload: {
        event: "call.completed",
        text: "Sales team meeting, 36 min, 2 participants, 1 of them external",
        topics: ["Integrations", "Differentiation"],
        competitors: ["Zlymbo"],
        url: "http://local.gong-it.net:8080/call?id=5599332235511222771",
        related: [],
        facts: {
          call_id: "5599332235511222779",
          started: "2019-10-18T14:03:37.041977-07:00",
          duration_seconds: 2159,
          host_user_id: "7744111777663220493",
          direction: "Conference",
          system: "Zoom",
          scope: "External",
          media: "Video",
          language: "eng",
          trackers: "Products (1); Renewal (positive) (7); Competitors (1); CRM (3)",
          external_participants: "Bo Williams, Sales Enablement Manager - Sales Development <bwilliams@example.com>",
        },
      },
    });
  });
  test.for([
    ["a HubSpot deal", "HubSpot", "Deal", "332507367156", { deal_id: "hubspot:332507367156" }],
    ["a HubSpot company", "hubspot", "COMPANY", 42, { account_id: "hubspot:42", subject: "hubspot:42" }],
    [
      "a short Salesforce id",
      "Salesforce",
      "Opportunity",
      "0061Q00000mkU1f",
      { deal_id: "salesforce:0061Q00000mkU1fQAE" },
    ],
    ["an odd id", "Salesforce", "Opportunity", "1", { deal_id: null, subject: "gong:1" }],
    ["a HubSpot id that is none", "HubSpot", "Deal", "0061Q00000mkU1f", { deal_id: null }],
    ["another CRM", "Dynamics", "Opportunity", "1", { deal_id: null, account_id: null, subject: "gong:1" }],
    ["another object", "Salesforce", "constructor", "0061Q00000mkU1f", { deal_id: null }],
  ] as const)("%s is linked or left out", ([, system, objectType, objectId, expected]) => {
    expect(draft({ context: [{ system, objects: [{ objectType, objectId }, null] }, null] })).toMatchObject(expected);
  });
  test("the first deal is the call's, the others are related, and our own side's records are not", () => {
    const deal = (objectId: string) => ({ objectType: "Deal", objectId });
    const contact = (objectId: string) => [{ system: "HubSpot", objects: [{ objectType: "Contact", objectId }] }];
    const call = {
      context: [{ system: "HubSpot", objects: [deal("1"), deal("2"), deal("1")] }],
      parties: [
        { affiliation: "Internal", context: contact("3") },
        { affiliation: "External", context: contact("4") },
        { affiliation: "External", context: contact("5"), emailAddress: "a@example.com" },
        null,
      ],
    };
    expect(draft(call)).toMatchObject({
      deal_id: "hubspot:1",
      contact_id: "hubspot:4",
      payload: {
        text: "Call, 3 participants, 2 of them external",
        related: ["hubspot:2", "hubspot:5"],
        facts: { external_participants: "unknown; unknown <a@example.com>" },
      },
    });
  });
  test("the ids of a call keep every digit, as text and as a number", () => {
    for (const id of ['"5599332235511222779"', "5599332235511222779"]) {
      const normalized = normalize(`{"callData":{"metaData":{"id":${id}}}}`);
      expect(normalized).toMatchObject({ readings: [{ draft: { identity: ["5599332235511222779"] } }] });
    }
  });
  test("two rules that post one call make one signal", async () => {
    const ids = [{ title: "A" }, { title: "B", duration: 7 }].map(async (fields) => {
      const result = draft({ metaData: { id: "7", ...fields } });
      const signal = "payload" in result ? await signalOf(result, "gong", RECEIVED_AT) : null;
      return signal?.ok ? signal.signal.signal_id : null;
    });
    const [first, second] = await Promise.all(ids);
    expect(first).toMatch(/^sig_/);
    expect(second).toBe(first);
  });
  test.for([
    [{ started: "2026-11-21T07:00:00Z", duration: 60 }, "2026-11-21T07:01:00.000Z"],
    [{ started: "2026-11-21T07:00:00Z", duration: "60" }, "2026-11-21T07:01:00.000Z"],
    [{ started: "2026-11-21T07:00:00Z", duration: -1 }, "2026-11-21T07:00:00.000Z"],
    [{ started: "soon", scheduled: "2026-11-21T07:00:00+01:00", duration: 60 }, "2026-11-21T06:00:00.000Z"],
    [{ started: "2026-11-21T07:59:00Z", duration: 3600 }, "2026-11-21T07:59:00.000Z"],
    [{ started: "9999-12-31T23:59:59Z", duration: 60 }, "9999-12-31T23:59:59.000Z"],
    [{}, RECEIVED_AT],
  ] as const)("a call with %o ended at %s", ([times, firedAt]) => {
    expect(draft({ metaData: { id: "1", ...times } })).toMatchObject({ fired_at: firedAt });
  });
  test.for([
    [
      "the phrases that were heard",
      [
        {
          name: "EMEA Competitors",
          count: 3,
          phrases: [
            { phrase: "Globex", count: 2 },
            { phrase: "globex", count: 1 },
            { phrase: "Acme", count: 0 },
          ],
        },
      ],
      "",
      ["globex"],
    ],
    [
      "nothing of a tracker that heard nothing",
      [{ name: "Competitors", count: 0, phrases: [{ phrase: "Globex" }] }],
      "",
      [],
    ],
    ["nothing of a kind without phrases", [{ name: "Competitors", count: 2 }], "", []],
    ["nothing of other trackers", [{ name: "Pricing", count: 2, phrases: [{ phrase: "discount" }] }], "", []],
    [
      "the phrases of a listed group",
      [{ name: "Rivals", count: 1, phrases: [{ phrase: "Initech" }] }],
      "Globex, rivals",
      ["Initech"],
    ],
    ["a listed competitor by its tracker", [{ name: "Globex", count: 1 }], "Globex, rivals", ["Globex"]],
    [
      "a listed competitor by its own name",
      [{ name: "Globex", count: 1, phrases: [{ phrase: "Globex Cloud" }] }],
      "globex",
      ["Globex"],
    ],
    ["only what is listed", [{ name: "Competitors", count: 1, phrases: [{ phrase: "Zlymbo" }] }], "Globex", []],
    [
      "what can be read",
      [null, 7, { name: 1 }, { name: "Competitor", phrases: [null, { phrase: " Hooli " }] }],
      "",
      ["Hooli"],
    ],
  ] as const)("the competitors of a call are %s", ([, trackers, configured, names]) => {
    expect(competitors(trackers, configured)).toEqual(names);
  });
  test("the test of a rule is ignored by name, even without a call id", () => {
    for (const body of [fileOf("minimal.empty-metadata.json"), '{"isTest":true}', full.replace("false", "true")]) {
      expect(normalize(body)).toEqual({ ok: true, readings: [{ kind: "ignored", name: "test" }] });
    }
  });
  test.for([
    ['{"callData":{"metaData":{}},"isTest":false}', "/callData/metaData/id"],
    ['{"callData":{"metaData":{"id":""}}}', "/callData/metaData/id"],
    ['{"callData":{"metaData":{"id":1.5}}}', "/callData/metaData/id"],
    ['{"callData":{}}', "/callData/metaData"],
    ['{"callData":[]}', "/callData"],
    ["{}", "/callData"],
    ["[]", ""],
    ["null", ""],
    ["{", ""],
    [`{"callData":${"[".repeat(10_000)}${"]".repeat(10_000)}}`, ""],
  ] as const)("%s is refused with the pointer %s", ([body, pointer]) => {
    expect(normalize(body)).toMatchObject({ ok: false, errors: [{ pointer }] });
  });
});
