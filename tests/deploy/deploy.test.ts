// From an empty account to a running one: by the real script and the real wrangler, interrupted at each kind of call, and
// without wrangler's seconds at every single one. The account is a stand-in on this machine; no other host is talked to.
import { readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HTTP_PATHS } from "#contract/http-paths.ts";
import { deadQueueOf, QUEUE_NAMES, QUEUES } from "#contract/queues.ts";
import { Refused } from "../../scripts/deploy/cloudflare.ts";
import { Failure } from "../../scripts/deploy/failure.ts";
import { readSettings } from "../../scripts/deploy/settings.ts";
import { createTarget } from "../../scripts/deploy/target.ts";
import { DEPLOYED_CONFIGS } from "../../scripts/worker-configs.ts";
import { type Call, type StandIn, startCloudflare, TOKEN } from "./cloudflare.ts";
import { deployQuickly } from "./quick-deployment.ts";
import { GIVEN_SECRETS, type Ran, runScript } from "./run-script.ts";
import { snapshotOf } from "./snapshot.ts";

/** Of its own, so that the files of a person's deployment stay as they are. */
const NAME = "dealwire-drill";
const MADE_FOLDER = `.wrangler/deploy/${NAME}`;
const outputs: string[] = [];
let standIn: StandIn;

async function deploy(...args: string[]): Promise<Ran> {
  // As Workers Builds has it, where a Worker of that name is connected.
  const ran = await runScript("deploy", args, standIn, {
    DEALWIRE_NAME: NAME,
    WRANGLER_CI_OVERRIDE_NAME: `${NAME}-state`,
  });
  outputs.push(ran.output);
  return ran;
}

beforeAll(async () => {
  rmSync(MADE_FOLDER, { recursive: true, force: true });
  standIn = await startCloudflare("example.com");
});
afterAll(async () => {
  expect([...standIn.otherHosts]).toEqual([]);
  await standIn.close();
  rmSync(MADE_FOLDER, { recursive: true, force: true });
});

/** Null for a call that changes nothing. */
function kindOf({ method, path }: Call, body: unknown): string | null {
  const isReading = method === "GET" || path.endsWith("/changeset") || JSON.stringify(body ?? "").includes(`"SELECT`);
  // Without the two that wrangler makes last, and whose failure it only warns of.
  if (isReading || /\/(subdomain|script-settings)$/.test(path)) return null;
  return `${method} ${path.replaceAll(/[0-9a-f-]{32,36}|dealwire-drill[a-z-]*/g, "*")}`;
}

test("a deployment that is interrupted at each kind of call names the step, and goes on where it was", async () => {
  const interrupted = new Set<string>();
  standIn.interrupt = (call, body) => {
    const kind = kindOf(call, body);
    if (kind === null || interrupted.has(kind)) return null;
    interrupted.add(kind);
    return "before";
  };
  let ran = await deploy("--yes");
  for (let runs = 1; ran.code !== 0; runs += 1) {
    expect(runs).toBeLessThan(60);
    expect(ran.output).toMatch(
      /Could not .+:\n.*[\s\S]*interrupted[\s\S]*To continue: npm run deploy -- --config \S+ --yes\n/,
    );
    ran = await deploy("--yes");
  }
  standIn.interrupt = () => null;
  expect([...interrupted]).toEqual(
    expect.arrayContaining([
      "POST /queues",
      "POST /d1/database",
      "POST /d1/database/*/query",
      "POST /r2/buckets",
      "PUT /workers/scripts/*",
      "POST /queues/*/consumers",
      "PUT /workers/scripts/*/schedules",
      "PUT /workers/scripts/*/routes",
    ]),
  );
  expect(ran.output).toContain("https://dealwire.example.com/hooks/hubspot");
}, 600_000);

test.each(["before", "after"] as const)(
  "interrupted at every call, %s it did its work, it ends with the same account",
  async (when) => {
    const settings = readSettings("dealwire.example.toml", null, { DEALWIRE_NAME: NAME });
    const target = createTarget(process.cwd(), settings, "example.com");
    const interrupted = new Set<string>();
    const other = await startCloudflare("example.com");
    other.interrupt = (call, body) => {
      // Versions have ids, and made secrets values, that are new in every run.
      const sent = JSON.stringify(body ?? null).replaceAll(/[0-9a-f]{64}|[0-9a-f-]{36}/g, "*");
      const key = `${call.method} ${call.path} ${sent}`;
      if (kindOf(call, body) === null || interrupted.has(key)) return null;
      interrupted.add(key);
      return when;
    };
    let left: number | null = null;
    for (let runs = 0; left !== 0 && runs < 1_000; runs += 1) {
      left = await deployQuickly(other, settings, target, `${MADE_FOLDER}/other-secrets.env`).catch(refusedOnly);
    }
    await other.close();
    expect(left).toBe(0);
    expect(interrupted.size).toBeGreaterThan(4 * QUEUE_NAMES.length + DEPLOYED_CONFIGS.length);
    expect(snapshotOf(other)).toEqual(snapshotOf(standIn));
  },
  120_000,
);

/** Null, for a run that was interrupted. */
function refusedOnly(error: unknown): null {
  if (error instanceof Refused || error instanceof Failure) return null;
  throw error;
}

test("every queue then has its one consumer and its dead letters, and keeps messages for 14 days", () => {
  const { queues } = standIn.storage;
  expect(queues.size).toBe(2 * QUEUE_NAMES.length);
  for (const name of QUEUE_NAMES) {
    const consumersOf = (queue: string) => queues.get(`${NAME}-${queue}`)?.consumers.map((each) => each.script_name);
    expect(consumersOf(name)).toEqual([`${NAME}-${QUEUES[name].consumer}`]);
    expect(consumersOf(deadQueueOf(name))).toEqual([`${NAME}-ledger`]);
  }
  expect([...new Set([...queues.values()].map(({ retention }) => retention))]).toEqual([14 * 86_400]);
});

test("the database has its tables, the buckets their rules and the cron triggers their Workers", () => {
  const { databases, buckets } = standIn.storage;
  const tables = databases.get(NAME)?.sql.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  expect(tables?.map(({ name }) => name)).toEqual(expect.arrayContaining(["signals", "approvals", "dead_letters"]));
  const rulesOf = (bucket: string) => buckets.get(`${NAME}-${bucket}`)?.rules.map(({ id }) => id);
  expect(rulesOf("raw")).toEqual(["dealwire-expire-raw"]);
  expect(rulesOf("trail")).toEqual([]);
  expect(buckets.get(`${NAME}-imports`)?.notified).toEqual(
    new Set([standIn.storage.queues.get(`${NAME}-imports`)?.id]),
  );
  expect(standIn.workers.workers.get(`${NAME}-ledger`)?.crons).toEqual(["* * * * *"]);
});

test("each path of the host goes to its Worker, and the rest to the desk", () => {
  const { routes, domains } = standIn.workers;
  expect([...domains]).toEqual([["dealwire.example.com", `${NAME}-desk`]]);
  for (const { worker, prefixes } of HTTP_PATHS) {
    for (const prefix of prefixes) {
      const [, script] = [...routes].find(([pattern]) => matches(pattern, `dealwire.example.com${prefix}/x?y=1`)) ?? [];
      expect(script).toBe(`${NAME}-${worker}`);
    }
  }
});

test("no secret is shown, and the one of all sites is the same everywhere", () => {
  const secretOf = (worker: string, name: string) =>
    standIn.workers.workers.get(`${NAME}-${worker}`)?.secrets.get(name);
  const session = secretOf("desk", "SESSION_SECRET") ?? "";
  expect(session).toMatch(/^[0-9a-f]{64}$/);
  expect([secretOf("console", "SESSION_SECRET"), secretOf("rules", "SESSION_SECRET")]).toEqual([session, session]);
  expect(secretOf("execute", "RESEND_API_KEY")).toBe("");
  expect(secretOf("enrich", "HUBSPOT_ACCESS_TOKEN")).toBe(GIVEN_SECRETS.HUBSPOT_ACCESS_TOKEN);
  const made = secretOf("ingest", "STANDARD_WEBHOOKS_SECRETS") ?? "";
  expect(readFileSync(`${MADE_FOLDER}/made-secrets.env`, "utf8")).toBe(`STANDARD_WEBHOOKS_SECRETS=${made}\n`);
  for (const secret of [session, made, TOKEN, ...Object.values(GIVEN_SECRETS)]) {
    expect(outputs.join("\n")).not.toContain(secret);
  }
});

test("a second deployment changes nothing and says so", async () => {
  const before = standIn.writes().length;
  const { code, output } = await deploy("--yes");
  expect(output).toContain(`Nothing to do: ${NAME} on https://dealwire.example.com is as it should be.\n`);
  expect(code).toBe(0);
  expect(standIn.writes()).toHaveLength(before);
}, 60_000);

test("a consumer that the configuration no longer names is taken off, and the right one put on", async () => {
  const queue = standIn.storage.queues.get(`${NAME}-replays`);
  queue?.consumers.splice(0, 1, { consumer_id: "old", script_name: `${NAME}-console`, settings: {} });
  const { code, output } = await deploy("--yes");
  expect(output).toMatch(/take dealwire-drill-console off the queue dealwire-drill-replays/);
  expect(code).toBe(0);
  expect(queue?.consumers.map((consumer) => consumer.script_name)).toEqual([`${NAME}-ingest`]);
}, 60_000);

test("a consumer of somebody else is left alone, and nothing is done", async () => {
  const consumers = standIn.storage.queues.get(`${NAME}-plans`)?.consumers ?? [];
  const [ours] = consumers.splice(0, 1, { consumer_id: "theirs", script_name: "their-worker", settings: {} });
  const before = standIn.writes().length;
  const { code, output } = await deploy("--yes");
  if (ours !== undefined) consumers.splice(0, 1, ours);
  expect(output).toMatch(/The queue dealwire-drill-plans is read by their-worker/);
  expect(code).toBe(1);
  expect(standIn.writes()).toHaveLength(before);
}, 60_000);

test("one layer is deployed alone, put back, and deployed again", async () => {
  const worker = standIn.workers.workers.get(`${NAME}-inbox`);
  const settings = { DEALWIRE_NAME: NAME };
  const deployLayer = () => runScript("deploy", ["inbox", "--yes"], standIn, settings);
  for (const binding of standIn.workers.bindings(`${NAME}-inbox`)) {
    if (binding.name === "DEALWIRE_RELEASE")
      binding.text = binding.text?.replace(/"digest":"\w+"/, '"digest":"older"') ?? "";
  }
  const before = standIn.calls.length;
  expect(await deployLayer()).toMatchObject({
    code: 0,
    output: expect.stringContaining(`deploy ${NAME}-inbox (changed)`),
  });
  const uploads = standIn.calls
    .slice(before)
    .filter(({ method, path }) => method === "POST" && path.endsWith("/versions"));
  expect(uploads.map(({ path }) => path)).toEqual([`/workers/scripts/${NAME}-inbox/versions`]);

  const older = worker?.deployments.at(-2);
  expect(await runScript("rollback", ["inbox", "--yes"], standIn, settings)).toMatchObject({ code: 0 });
  expect(worker?.deployments.at(-1)).toBe(older);
  expect(await deployLayer()).toMatchObject({ code: 0 });
}, 120_000);

function matches(pattern: string, url: string): boolean {
  return url.startsWith(pattern.replace(/\*$/, ""));
}
