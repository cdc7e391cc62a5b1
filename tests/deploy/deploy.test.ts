// From an empty account to a running one, by the real script and the real wrangler, interrupted at every step. The account
// is a stand-in on this machine, and no other host is talked to.
import { readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HTTP_PATHS } from "#contract/http-paths.ts";
import { deadQueueOf, QUEUE_NAMES, QUEUES } from "#contract/queues.ts";
import { DEPLOYED_CONFIGS } from "../../scripts/worker-configs.ts";
import { type Call, type StandIn, startCloudflare } from "./cloudflare.ts";
import { GIVEN_SECRETS, type Ran, runScript } from "./run-script.ts";

/** Of its own, so that the files of a person's deployment stay as they are. */
const NAME = "dealwire-drill";
const MADE_FOLDER = `.wrangler/deploy/${NAME}`;
const outputs: string[] = [];
let standIn: StandIn;

async function deploy(...args: string[]): Promise<Ran> {
  const ran = await runScript("deploy", args, standIn, { DEALWIRE_NAME: NAME });
  outputs.push(ran.output);
  return ran;
}

beforeAll(async () => {
  rmSync(MADE_FOLDER, { recursive: true, force: true });
  standIn = await startCloudflare("example.com");
});
afterAll(async () => {
  await standIn.close();
  rmSync(MADE_FOLDER, { recursive: true, force: true });
});

/** What is interrupted once: the upload of each Worker, and each other kind of call that changes something. */
function kindOf({ method, path }: Call): string | null {
  if (method === "GET" || /\/(query|changeset|subdomain|script-settings)$/.test(path)) return null;
  const upload = /^\/workers\/scripts\/([^/]+)(\/versions)?$/.exec(path);
  if (upload !== null) return `${upload[1]} upload`;
  return `${method} ${path.replaceAll(/[0-9a-f-]{32,36}|dealwire-drill[a-z-]*/g, "*")}`;
}

test("a deployment that is interrupted at every step names it, and goes on where it was", async () => {
  const interrupted = new Set<string>();
  standIn.interrupt = (call) => {
    const kind = kindOf(call);
    if (kind === null || interrupted.has(kind)) return false;
    interrupted.add(kind);
    return true;
  };
  let ran = await deploy("--yes");
  for (let runs = 1; ran.code !== 0; runs += 1) {
    expect(runs).toBeLessThan(60);
    expect(ran.output).toMatch(
      /Could not .+:\n.*[\s\S]*interrupted[\s\S]*To continue: npm run deploy -- --config \S+ --yes\n/,
    );
    ran = await deploy("--yes");
  }
  standIn.interrupt = () => false;
  const uploads = [...interrupted].filter((kind) => kind.endsWith("upload"));
  expect(uploads).toHaveLength(DEPLOYED_CONFIGS.length);
  expect([...interrupted]).toEqual(expect.arrayContaining(["POST /queues", "POST /d1/database", "POST /r2/buckets"]));
  expect(ran.output).toContain("https://dealwire.example.com/hooks/hubspot");
}, 600_000);

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
  for (const secret of [session, made, "stand-in-token", ...Object.values(GIVEN_SECRETS)]) {
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
  const uploads = standIn.calls.slice(before).filter((call) => kindOf(call)?.endsWith(" upload"));
  expect(uploads.map(({ path }) => path)).toEqual([`/workers/scripts/${NAME}-inbox/versions`]);

  const older = worker?.deployments.at(-2);
  expect(await runScript("rollback", ["inbox", "--yes"], standIn, settings)).toMatchObject({ code: 0 });
  expect(worker?.deployments.at(-1)).toBe(older);
  expect(await deployLayer()).toMatchObject({ code: 0 });
}, 120_000);

function matches(pattern: string, url: string): boolean {
  return url.startsWith(pattern.replace(/\*$/, ""));
}
