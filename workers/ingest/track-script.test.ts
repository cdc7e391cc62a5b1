// The beacon's script, as it is served, in a window of the test's own.
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { squeeze, trackScript } from "./track-script.ts";

const SCRIPT = readFileSync(`${import.meta.dirname}/track.client.js`, "utf8");
const Sent = z.object({
  anonymousId: z.string(),
  sentAt: z.number(),
  events: z.array(z.looseObject({ id: z.string(), type: z.string(), url: z.string(), at: z.number() })),
});

/** As much of a browser as the script uses. */
function browse(navigator: object = {}, storage: Record<string, string> | null = {}) {
  const listeners: Record<string, () => void> = {};
  const timers: (() => void)[] = [];
  const sent: { to: string; via: string; message: z.infer<typeof Sent> }[] = [];
  const keep = (via: string) => (to: string, body: string) => {
    sent.push({ to, via, message: Sent.parse(JSON.parse(body)) });
    return true;
  };
  const listen = (name: string, listener: () => void) => {
    listeners[name] = listener;
  };
  const location = { href: "https://www.example.com/" };
  const move = (_state: unknown, _title: string, path: string) => {
    location.href = new URL(path, location.href).href;
  };
  const document = {
    title: "Home",
    referrer: "https://search.example/",
    hidden: false,
    currentScript: { src: "https://my.jsite.example/track.js?v=1", dataset: { key: "site-1" } },
    addEventListener: listen,
  };
  const window = {
    document,
    location,
    navigator: { sendBeacon: keep("beacon"), ...navigator },
    history: { pushState: move, replaceState: move },
    crypto,
    addEventListener: listen,
    setTimeout: (run: () => void) => timers.push(run),
    fetch: async (to: string, init: { body: string; keepalive: unknown }) => {
      keep(init.keepalive ? "keepalive fetch" : "fetch")(to, init.body);
    },
    get localStorage() {
      if (storage === null) throw new Error("SecurityError");
      return storage;
    },
  };
  const run = (code: string) => {
    runInNewContext(code, window);
    for (const timer of timers.splice(0)) timer();
  };
  const hide = () => {
    document.hidden = true;
    listeners.visibilitychange?.();
  };
  run(squeeze(SCRIPT));
  return { run, hide, sent, document, storage, popstate: () => listeners.popstate?.() };
}

describe("the script in a page", () => {
  test("has at most a kilobyte", () => {
    expect(Buffer.byteLength(squeeze(SCRIPT))).toBeLessThanOrEqual(1_024);
  });
  test("tells the page view when the page is hidden, and only once", () => {
    const { hide, sent, storage } = browse();
    expect(sent).toEqual([]);
    hide();
    hide();
    expect(sent).toMatchObject([
      {
        to: "https://my.jsite.example/track?k=site-1",
        via: "beacon",
        message: {
          anonymousId: storage?.dealwire,
          events: [
            { type: "page", url: "https://www.example.com/", title: "Home", referrer: "https://search.example/" },
          ],
        },
      },
    ]);
  });
  test("tells each new address of a page that changes its own", () => {
    const { run, hide, sent, document, popstate } = browse();
    run('history.pushState(null, "", "/pricing"); document.title = "Pricing"');
    run('history.replaceState(null, "", "/pricing")');
    run('location.href = "https://www.example.com/back"');
    popstate();
    run("");
    document.title = "later";
    hide();
    expect(sent[0]?.message.events).toMatchObject([
      { url: "https://www.example.com/" },
      { url: "https://www.example.com/pricing", title: "Pricing", referrer: "https://www.example.com/" },
      { url: "https://www.example.com/back", referrer: "https://www.example.com/pricing" },
    ]);
  });
  test("tells who it is and what was done, each event with an id of its own", () => {
    const { run, hide, sent } = browse();
    run('dealwire.identify("ana@example.com", { plan: "pro" }); dealwire.track("Opened Calculator")');
    hide();
    const events = sent[0]?.message.events ?? [];
    expect(events).toMatchObject([
      { type: "page" },
      { type: "identify", userId: "ana@example.com", traits: { plan: "pro" } },
      { type: "track", name: "Opened Calculator" },
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });
  test("does not wait with more than ten events", () => {
    const { run, sent } = browse();
    run('for (let i = 0; i < 9; i++) dealwire.track("Clicked")');
    expect(sent.map(({ message }) => message.events.length)).toEqual([10]);
  });
  test("fetches where the beacon is full or missing", () => {
    for (const sendBeacon of [undefined, () => false]) {
      const { hide, sent } = browse({ sendBeacon });
      hide();
      expect(sent).toMatchObject([{ via: "keepalive fetch", message: { events: [{ type: "page" }] } }]);
    }
  });
  test("knows the browser again, and does without where storage is blocked", () => {
    const known = browse({}, { dealwire: "known" });
    known.hide();
    expect(known.sent[0]?.message.anonymousId).toBe("known");
    const blocked = browse({}, null);
    blocked.hide();
    expect(blocked.sent[0]?.message.anonymousId).toMatch(/^[0-9a-f-]{36}$/);
  });
  test.for([{ globalPrivacyControl: true }, { doNotTrack: "1" }])("with %o it sends and stores nothing", (wish) => {
    const { run, hide, sent, storage } = browse(wish);
    run('dealwire.identify("ana@example.com"); for (let i = 0; i < 20; i++) dealwire.track("Clicked")');
    hide();
    expect(sent).toEqual([]);
    expect(storage).toEqual({});
  });
});

describe("GET /track.js", () => {
  const get = (headers: Record<string, string> = {}, method = "GET") =>
    trackScript(new Request("https://edge.example.com/track.js", { method, headers }), SCRIPT);

  test("is kept for a day and then asked for by its tag", async () => {
    const first = await get();
    expect(await first.text()).toBe(squeeze(SCRIPT));
    expect(first.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(first.headers.get("cache-control")).toBe("public, max-age=86400");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{16}"$/);
    expect(await get({ "if-none-match": `W/${etag}` })).toMatchObject({ status: 304 });
    expect(await get({ "if-none-match": '"other"' })).toMatchObject({ status: 200 });
    expect(await (await get({}, "HEAD")).text()).toBe("");
  });
});
