// What SECURITY.md promises of the configs and of the answers. Rule: the table there is the list of what each Worker may
// have, so a new secret or binding fails here until somebody has written down that it is wanted.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ORIGIN } from "#web/sample-site.ts";
import { DEPLOYED_CONFIGS } from "../scripts/worker-configs.ts";
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
