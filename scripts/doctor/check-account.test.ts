import { expect, it } from "vitest";
import { deadQueueOf, QUEUE_NAMES, QUEUES, type WorkerName } from "#contract/queues.ts";
import type { Account } from "../deploy/account.ts";
import { queueName, workerName } from "../deploy/names.ts";
import { readSettings } from "../deploy/settings.ts";
import { createTarget } from "../deploy/target.ts";
import { checkAccount } from "./check-account.ts";

const settings = readSettings("no-such-file.toml", null, { DEALWIRE_DOMAIN: "dealwire.example.com" });
const target = createTarget(process.cwd(), settings, "example.com");
const nameOf = (plain: string) => queueName(settings.name, plain);

/** As `npm run deploy` leaves it. */
function deployed(): Account {
  const queue = (worker: WorkerName) => ({
    id: "q",
    retentionSeconds: 1_209_600,
    consumers: [{ id: "c", script: workerName(settings.name, worker), settings: {} }],
  });
  const workers = [...target.workers];
  return {
    zone: { id: "z", name: "example.com" },
    queues: new Map(
      QUEUE_NAMES.flatMap((name) => [
        [nameOf(name), queue(QUEUES[name].consumer)] as const,
        [nameOf(deadQueueOf(name)), queue("ledger")] as const,
      ]),
    ),
    databaseId: "d",
    migrations: target.migrations,
    buckets: new Map(
      target.buckets.map(({ name }) => [name, { lifecycleRules: [{ id: "expire" }], notifiedQueueIds: [] }]),
    ),
    workers: new Map(
      workers.map(([worker, { config, release }]) => [
        worker,
        {
          versionId: "v",
          release,
          secrets: new Set(config.secrets.required),
          crons: config.triggers.crons,
          openAddresses: [],
        },
      ]),
    ),
    routes: new Map(
      workers.flatMap(([worker, { routes }]) =>
        routes.map((pattern) => [pattern, workerName(settings.name, worker)] as const),
      ),
    ),
    workerCount: workers.length,
  };
}

const wrong = (account: Account) => checkAccount(account, target).filter(({ state }) => state !== "ok");

it("finds nothing where everything is as it was deployed", () => {
  expect(wrong(deployed())).toEqual([]);
});

it("finds a queue without its consumer, one with a second, and one that is not there", () => {
  const account = deployed();
  const queues = new Map(account.queues);
  const signals = queues.get(nameOf("signals"));
  queues.set(nameOf("signals"), { id: "q", retentionSeconds: null, consumers: [] });
  const stray = { id: "c2", script: "dealwire-old", settings: {} };
  queues.set(nameOf("plans"), { id: "q", retentionSeconds: null, consumers: [stray] });
  queues.set(nameOf("audit"), { id: "q", retentionSeconds: null, consumers: [stray, ...(signals?.consumers ?? [])] });
  queues.delete(nameOf("actions-dead"));
  const findings = wrong({ ...account, queues });
  expect(findings).toContainEqual(
    expect.objectContaining({ subject: nameOf("signals"), todo: "npm run deploy -- enrich" }),
  );
  expect(findings).toContainEqual(
    expect.objectContaining({
      subject: nameOf("plans"),
      todo: `wrangler queues consumer remove ${nameOf("plans")} dealwire-old`,
    }),
  );
  expect(findings).toContainEqual(expect.objectContaining({ subject: nameOf("actions-dead"), what: "does not exist" }));
  expect(findings.filter(({ subject }) => subject === nameOf("audit"))).toHaveLength(3);
});

it("finds what a Worker lacks or has too much: itself, a secret, its cron trigger, its routes, an address, this version", () => {
  const account = deployed();
  const workers = new Map(account.workers);
  workers.delete("decide");
  const state = workers.get("ledger");
  if (state === undefined) throw new Error("no ledger");
  workers.set("ledger", { ...state, crons: [], openAddresses: ["workers.dev"] });
  workers.set("ingest", { ...state, release: null, secrets: new Set() });
  const said = wrong({ ...account, workers, routes: new Map() }).map(({ subject, what }) => `${subject} ${what}`);
  expect(said).toContain("dealwire-decide is not deployed");
  expect(said).toContain("dealwire-ledger its cron trigger * * * * * is not set");
  expect(said).toContain("dealwire-ledger answers on workers.dev, past Access and its routes");
  expect(said).toContainEqual(expect.stringMatching(/^dealwire-ingest lacks HUBSPOT_CLIENT_SECRET/));
  expect(said).toContainEqual(expect.stringMatching(/^dealwire-ingest does not get dealwire\.example\.com\/hooks\*/));
  expect(said).toContainEqual(expect.stringMatching(/^dealwire-ingest was not deployed by npm run deploy/));
});

it("finds migrations that are not applied, and a bucket that keeps personal data for ever", () => {
  const account = deployed();
  const buckets = new Map(account.buckets);
  buckets.set("dealwire-raw", { lifecycleRules: [], notifiedQueueIds: [] });
  buckets.delete("dealwire-trail");
  const findings = wrong({ ...account, buckets, migrations: target.migrations.slice(0, -1) });
  expect(findings.map(({ subject, state }) => [subject, state])).toEqual([
    ["dealwire", "failure"],
    ["dealwire-raw", "warning"],
    ["dealwire-trail", "failure"],
  ]);
});
