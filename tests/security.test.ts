// What SECURITY.md promises of the configs and of the answers. Rule: the table there is the list of what each Worker may
// have, so a new secret or binding fails here until somebody has written down that it is wanted.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { actionId, BEN, browser, HASH, MAIL, OLA, ORIGIN, SIGNAL_ID, snapshot } from "#web/sample-site.ts";
import { DEPLOYED_CONFIGS } from "../scripts/worker-configs.ts";
import { createLetterStore } from "../workers/console/letters/letter-store.ts";
import { sampleConsole } from "../workers/console/sample-console.ts";
import { sampleDesk } from "../workers/desk/sample-desk.ts";
import { sampleRulesSite } from "../workers/rules/sample-rules-site.ts";

const Config = z.looseObject({
  name: z.string(),
  workers_dev: z.boolean(),
  preview_urls: z.boolean(),
  vars: z.record(z.string(), z.string()).default({}),
  secrets: z.object({ required: z.array(z.string()) }),
  d1_databases: z.array(z.looseObject({ binding: z.string() })).default([]),
  r2_buckets: z.array(z.looseObject({ binding: z.string() })).default([]),
  durable_objects: z.looseObject({ bindings: z.array(z.looseObject({ name: z.string() })) }).default({ bindings: [] }),
});

const configs = new Map(
  DEPLOYED_CONFIGS.map((path) => {
    const config = Config.parse(parse(readFileSync(path, "utf8")));
    return [config.name.replace(/^dealwire-/, ""), { path, config }] as const;
  }),
);
const workers = [...configs.keys()];

/** The rows of the table of Workers, by Worker. */
const table = new Map(
  [...readFileSync("SECURITY.md", "utf8").matchAll(/^\| ([a-z]+) \| (no|people|sources) \| (.+) \|$/gm)].map(
    ([, worker = "", http = "", rest = ""]) => [worker, { http, cells: rest.split(" | ") }] as const,
  ),
);

const cell = (names: readonly string[]) => names.toSorted().join(", ") || "none";

describe("each Worker", () => {
  test("has its row, and there are no others", () => {
    expect([...table.keys()]).toEqual(workers);
  });

  test.each(workers)("%s has the secrets and bindings of its row, and no others", (worker) => {
    const { config } = configs.get(worker) ?? {};
    expect(table.get(worker)?.cells).toEqual([
      cell(config?.secrets.required ?? []),
      cell((config?.d1_databases ?? []).map(({ binding }) => binding)),
      cell((config?.r2_buckets ?? []).map(({ binding }) => binding)),
      cell((config?.durable_objects.bindings ?? []).map(({ name }) => name)),
    ]);
  });

  test.each(workers)("%s uses every secret that it asks for", (worker) => {
    const { path, config } = configs.get(worker) ?? { path: "", config: undefined };
    const folder = dirname(path);
    const shared = ["web", "runtime", "connectors"];
    const texts = [...(folder === "." ? ["durable-objects"] : [folder]), ...shared].flatMap((place) =>
      readdirSync(place, { recursive: true, encoding: "utf8" })
        .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|\.d\.ts$|sample-/.test(file))
        .map((file) => readFileSync(join(place, file), "utf8")),
    );
    const unused = config?.secrets.required.filter((name) => !texts.some((text) => text.includes(name)));
    expect(unused).toEqual([]);
  });

  test.each(workers)("%s has no address but its routes, and no secret among its variables", (worker) => {
    const { config } = configs.get(worker) ?? {};
    expect(config).toMatchObject({ workers_dev: false, preview_urls: false });
    expect(config).not.toHaveProperty("services");
    expect(config).not.toHaveProperty("routes");
    const secret = /(SECRET|TOKEN|_KEY|PASSWORD|SERVICE_ACCOUNT)S?$/;
    // The keys of the beacon are in the page's source.
    const open = ["TRACK_WRITE_KEYS", "GONG_PUBLIC_KEYS"];
    expect(Object.keys(config?.vars ?? {}).filter((name) => secret.test(name) && !open.includes(name))).toEqual([]);
  });

  test.each(workers)("%s answers HTTP if its row says so", (worker) => {
    if (worker === "state") return;
    const answers = /^ {2}(async )?fetch\(/m.test(readFileSync(`workers/${worker}/worker.ts`, "utf8"));
    expect(answers).toBe(table.get(worker)?.http !== "no");
  });
});

const ACCESS = { AUTH_MODE: "access", SESSION_SECRET: "s", ACCESS_TEAM_DOMAIN: "", ACCESS_AUD: "", OPERATORS: "" };
const KNOWN_TEAM = { ...ACCESS, ACCESS_TEAM_DOMAIN: "https://northwind.cloudflareaccess.com", ACCESS_AUD: "aud" };
const sites = {
  desk: (settings = ACCESS) => sampleDesk({}, { settings }).desk,
  console: (settings = ACCESS) => sampleConsole({}, { settings }).site,
  rules: (settings = ACCESS) => sampleRulesSite([], { settings }).site,
};

describe.each(Object.entries(sites))("the site %s", (_name, site) => {
  const ask = (settings: typeof ACCESS, path: string) =>
    site(settings).request(`https://dealwire.example.com${path}`, { headers: { accept: "application/json" } });
  const paths = () =>
    site()
      .routes.filter(({ method, path }) => method === "GET" && !/healthz|assets|link|schema\.json|\*/.test(path))
      .map(({ path }) => path.replaceAll(/:\w+(\{[^}]+\})?/g, "x"));

  test("answers nothing while Access is not configured", async () => {
    for (const path of paths()) expect([path, (await ask(ACCESS, path)).status]).toEqual([path, 503]);
    expect(paths().length).toBeGreaterThan(0);
  });

  test("answers nobody whom Access did not sign in", async () => {
    for (const path of paths()) expect([path, (await ask(KNOWN_TEAM, path)).status]).toEqual([path, 401]);
  });

  test("does not answer in local mode behind a public name", async () => {
    const local = { ...ACCESS, AUTH_MODE: "local" };
    for (const path of paths()) expect((await ask(local, path)).status).toBeGreaterThanOrEqual(400);
  });

  test.each(["/healthz", "/nothing-here", "/api/nothing-here"])("sends its headers with %s, too", async (path) => {
    const { headers } = await site().request(`${ORIGIN}${path}`);
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get("content-security-policy")).not.toMatch(/unsafe|\*/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toBe("no-store");
  });
});

const EVIL = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;
const EVIL_ID = encodeURIComponent(EVIL);

/** What outsiders write: the name of a deal, a mail, what a signal says, an event that nobody could read. */
function hostile() {
  const content = { ...MAIL, params: { ...MAIL.params, subject: EVIL, body: `</pre>${EVIL}` } };
  const actions = [snapshot(1, { content, subject_name: EVIL, note: EVIL, action: { reason: EVIL } })];
  const signal = {
    signal_id: SIGNAL_ID,
    correlation_id: "1".repeat(32),
    source: "standard",
    signal_type: "custom",
    event: EVIL,
    subject: EVIL,
    deal_id: EVIL,
    account_id: EVIL,
    urgency: "high",
    fired_at: "2026-11-21T11:59:58.000Z",
    received_at: "2026-11-21T11:59:59.000Z",
    fate: "waiting",
    fate_at: "2026-11-21T12:00:00.000Z",
  };
  const step = {
    event_id: "e",
    at: signal.received_at,
    layer: "ingest",
    step: "received",
    attempt: 1,
    duration_ms: 3,
    schema_version: 2,
    fate: null,
    summary: EVIL,
    actor: { kind: "person", id: EVIL, via: "page" },
    data: { payload: { text: EVIL, url: "javascript:alert(1)" }, [EVIL]: EVIL },
    digest: "",
    link: 1,
  } as const;
  // One row for whatever is asked: an issue, a letter, a replay.
  const row = {
    fingerprint: "iss_a",
    queue: "signals",
    stage: "enrich",
    code: EVIL,
    reason: EVIL,
    state: "open",
    first_at: signal.fired_at,
    last_at: signal.fired_at,
    letters: 1,
    open: 1,
    reopened: 0,
    changed_by: EVIL,
    changed_at: signal.fired_at,
    letter_id: "let_a",
    attempts: 1,
    signal_id: EVIL,
    correlation_id: EVIL,
    failed_at: signal.fired_at,
    event: JSON.stringify({ payload: EVIL }),
    times: 1,
    raw_ref: EVIL,
    history: JSON.stringify([{ at: signal.fired_at, by: EVIL, did: EVIL }]),
    count: 1,
  };
  const letters = createLetterStore(async () => [row]);
  return {
    desk: () => sampleDesk({ actions }).desk,
    console: () => sampleConsole({ signals: [signal], trail: [step], actions }, { letters }).site,
    rules: () => sampleRulesSite().site,
  };
}

/** Every route with a method of its own, with ids that are there. */
function requestsTo(site: ReturnType<(typeof sites)[keyof typeof sites]>) {
  return site.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => {
      const named = path
        .replace(":action_id", actionId(1))
        .replace(":signal_id", SIGNAL_ID)
        .replace(":fingerprint", "iss_a")
        .replace(":letter_id", "let_a")
        .replace(":email", BEN);
      return { method, path: named.replaceAll(/:\w+(\{[^}]+\})?/g, EVIL_ID) };
    });
}

describe.each(Object.entries(hostile()))("what others write, on the site %s", (_name, site) => {
  const requests = requestsTo(site());

  test("is text on every page", async () => {
    const headers = await browser(OLA);
    const query = new URLSearchParams({ q: EVIL, view: EVIL, done: EVIL, window: EVIL, deal: EVIL, email: EVIL });
    for (const { path } of requests.filter(({ method }) => method === "GET")) {
      for (const asked of [path, `${path}?${query}`]) {
        const answer = await site().request(ORIGIN + asked, { headers });
        if (!answer.headers.get("content-type")?.startsWith("text/html")) continue;
        const page = await answer.text();
        expect(page, asked).not.toMatch(/<img src=x|<script>alert|="javascript:/);
        for (const [, href] of page.matchAll(/\s(?:href|action)="([^"]*)"/g))
          expect(href, asked).toMatch(/^(\/(?!\/)|#)/);
      }
    }
  });

  test("leads nobody to another site", async () => {
    const headers = await browser(OLA);
    const fields = { content_hash: HASH, reason: "no", happened: "yes", to: BEN, email: OLA, note: "x", how: "stage" };
    for (const { method, path } of requests) {
      for (const evil of [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\r\nLocation: //evil.example",
      ]) {
        const query = new URLSearchParams({ next: evil, return_to: evil, url: evil, view: evil, q: evil });
        const body = new URLSearchParams({ ...fields, next: evil, return_to: evil });
        const answer = await site().request(`${ORIGIN}${path}?${query}`, {
          method,
          headers,
          ...(method === "GET" ? {} : { body }),
        });
        expect(answer.headers.get("location") ?? "/approvals", `${method} ${path}`).toMatch(/^\/[a-z]/);
      }
    }
  });

  test("changes nothing from another site, whoever is signed in there", async () => {
    const { cookie = "" } = await browser(OLA);
    const changing = requests.filter(({ method }) => method !== "GET");
    const from: Record<string, string>[] = [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
      {},
    ];
    for (const { method, path } of changing) {
      for (const headers of from) {
        const init = { method, headers: { cookie, ...headers }, body: new URLSearchParams({ content_hash: HASH }) };
        expect((await site().request(ORIGIN + path, init)).status, `${method} ${path}`).toBe(403);
      }
    }
    expect(changing.length).toBeGreaterThan(0);
  });
});
