// What the trail costs and how fast it is: rows written a signal, and how long pages, searches and traces of the running
// console, and the pages of the desk, take with few signals in D1 and with many. Rules: the few are written as the ledger writes them, the many are
// copies of them made inside D1; each time of one stands beside the other's, taken in turns.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { createTestHarness } from "wrangler";
import { signSession } from "#web/auth/session.ts";
import { readConfig } from "../tests/support/configs.ts";
import * as statements from "../workers/console/read-statements.ts";
import type { Bench, Report, Scale } from "./bench.ts";
import { copyStatements } from "./trail/copies.ts";
import { ACTING, BATCH, keep, SPLIT, seed } from "./trail/keep.ts";
import { ACCOUNTS, DAY, DEALS, idOf, personOf, REPS, repOf, stepsOf, traceOf } from "./trail/seeds.ts";

const COUNTS: Record<Scale, { few: number; many: number; rounds: number }> = {
  quick: { few: 500, many: 2_000, rounds: 10 },
  usual: { few: 10_000, many: 40_000, rounds: 30 },
  full: { few: 10_000, many: 1_000_000, rounds: 50 },
};
const MAX_RATIO = 1.3;
/** Signals whose rows are counted, or whose action waits, have numbers of their own, which no copy has. */
const MEASURED_FROM = 50_000_000;
const WAITING_FROM = 60_000_000;
/** Actions that wait on the desk, a page of its API, however many are done. */
const WAITING = 20;
const WARM_UPS = 5;
const OPERATOR = "operator@example.com";
const ORIGIN = "http://localhost:8787";

export const trail: Bench = {
  name: "trail",
  measures: "D1 rows written for a signal; milliseconds of a page, a search and a trace with many signals",
  against: "the same with few",
  run,
};

async function run(scale: Scale): Promise<Report> {
  const { few, many, rounds } = COUNTS[scale];
  const [small, large] = [await openPages(), await openPages()];
  try {
    const links = await seed(small.db, few);
    const fewRows = await rowsASignal(small.db);
    await seed(large.db, few);
    const copies = Math.ceil(many / few);
    const startedAt = performance.now();
    for (let copy = 1; copy < copies; copy += 1) {
      for (const statement of copyStatements(copy, links)) await large.db.prepare(statement).run();
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    for (const { db, page } of [small, large]) {
      const waiting = Array.from({ length: WAITING }, (_, n) => waitingStepsOf(n));
      await keep(db, waiting);
      const { approvals }: { approvals: unknown[] } = JSON.parse(await page("/api/approvals"));
      if (approvals.length !== WAITING) throw new Error(`${approvals.length} actions wait on the desk, not ${WAITING}`);
    }
    const times = await timesOf([small.page, large.page], few, copies, rounds);
    const manyRows = await rowsASignal(large.db);
    const { meta } = await large.db.prepare("SELECT 1").run();
    return {
      rows: [
        ["", `${few} signals`, `${many} signals`, "ratio"],
        ["rows written, a signal that needs nothing", ...comparison(fewRows.quiet, manyRows.quiet)],
        ["rows written, a signal with an executed action", ...comparison(fewRows.acting, manyRows.acting)],
        ...times.map(([name, [ofFew, ofMany]]) => [name, ...comparison(ofFew, ofMany, " ms")]),
      ],
      notes: notes(times, await scans(large.db), `${(meta.size_after / 1e9).toFixed(1)} GB in D1`, seconds),
    };
  } finally {
    await small.close();
    await large.close();
  }
}

type Pages = { db: D1Database; page(path: string): Promise<string>; close(): Promise<void> };

/** The console and the desk that ship, over a database of their own. */
async function openPages(): Promise<Pages> {
  const env = parseEnv(readFileSync("sandbox/local.env", "utf8"));
  const cookie = `dealwire=${await signSession(OPERATOR, env.SESSION_SECRET ?? "", Date.now())}`;
  const workers = ["console", "desk"].map((worker) => {
    const configPath = `workers/${worker}/wrangler.toml`;
    const secrets = Object.fromEntries(readConfig(configPath).secrets.required.map((name) => [name, env[name] ?? ""]));
    return { configPath, vars: { AUTH_MODE: "local", OPERATORS: OPERATOR }, secrets };
  });
  const server = createTestHarness({ workers: [...workers, { configPath: "wrangler.toml" }] });
  await server.listen();
  await server.getWorker("dealwire-state").applyD1Migrations("DB");
  const { DB } = await server.getWorker<{ DB: D1Database }>("dealwire-state").getEnv();
  return {
    db: DB,
    close: () => server.close(),
    async page(path) {
      const worker = path.includes("/approvals") ? "dealwire-desk" : "dealwire-console";
      const answer = await server.getWorker(worker).fetch(`${ORIGIN}${path}`, { headers: { cookie } });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
      return text;
    },
  };
}

type Times = readonly (readonly [name: string, medians: readonly [few: number, many: number]])[];

async function rowsASignal(db: D1Database): Promise<{ quiet: number; acting: number }> {
  const count = 5 * BATCH;
  const written = async (first: number, acts: boolean) => {
    const signals = Array.from({ length: count }, (_, n) => stepsOf(first + n, acts));
    return (await keep(db, signals)) / count;
  };
  return { quiet: await written(MEASURED_FROM, false), acting: await written(MEASURED_FROM + count, true) };
}

/** The steps of a signal whose action waits for a person. */
function waitingStepsOf(n: number) {
  return stepsOf(WAITING_FROM + n, true).filter(({ action }) => action === null || action.state === "pending");
}

/** Medians in milliseconds, of rounds in turns, each of which asks for something else. */
async function timesOf(
  [small, large]: readonly [Pages["page"], Pages["page"]],
  few: number,
  copies: number,
  rounds: number,
): Promise<Times> {
  const any = (count: number) => Math.floor(Math.random() * count);
  const search = (query: Record<string, string>) => `/signals?${new URLSearchParams(query)}`;
  const pages: Record<string, (copies: number) => string> = {
    "a trace, the page": (among) => `/signals/${idOf(any(few), any(among))}`,
    "a trace, the API": (among) => `/api/signals/${idOf(any(few), any(among))}`,
    "the desk": () => "/approvals",
    "the desk, the API": () => "/api/approvals",
    "the list": () => "/signals",
    "search: a deal": () => search({ deal: `hubspot:${any(Math.min(DEALS, few))}` }),
    "search: an account": () => search({ account: `hubspot:a${any(Math.min(ACCOUNTS, few))}` }),
    "search: a contact's address": () => search({ contact: personOf(any(few)) }),
    "search: a rep": () => search({ rep: repOf(ACTING * any(REPS)) }),
    "search: a trace id": () => search({ q: traceOf(any(few)) }),
    "search: source, type and fate": () => search({ source: "gong", type: "intent", fate: "no_action" }),
    "search: executed": () => search({ fate: "executed" }),
    "search: a day": () => search({ from: DAY, to: new Date(Date.parse(DAY) + 86_400_000).toISOString().slice(0, 10) }),
    "search: words of the reason": () => search({ q: "champion left" }),
    "search: words that nothing has": () => search({ q: "frobnicated" }),
  };
  const median = (times: readonly number[]) => [...times].sort((a, b) => a - b)[rounds >> 1] ?? 0;
  const timed = async (page: Pages["page"], path: string) => {
    const startedAt = performance.now();
    await page(path);
    return performance.now() - startedAt;
  };
  const found: Times[number][] = [];
  for (const [name, path] of Object.entries(pages)) {
    const few: number[] = [];
    const many: number[] = [];
    for (let round = -WARM_UPS; round < rounds; round += 1) {
      const times = [await timed(small, path(1)), await timed(large, path(copies))] as const;
      if (round < 0) continue;
      few.push(times[0]);
      many.push(times[1]);
    }
    found.push([name, [median(few), median(many)]]);
  }
  return found;
}

/** Tables that a statement of the pages walks whole, by SQLite's own plan with all the rows there. */
async function scans(db: D1Database): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(statements).map(async ([name, statement]) => {
      if (typeof statement !== "string") return [];
      const parameters = Array.from({ length: parametersOf(statement) }, () => "1");
      const explained = db.prepare(`EXPLAIN QUERY PLAN ${statement}`).bind(...parameters);
      const { results } = await explained.all<{ detail: string }>();
      return results.flatMap(({ detail }) => (isScan(detail) ? [`${name}: ${detail}`] : []));
    }),
  );
  return found.flat();
}

/** How many a statement takes: the highest number, or as many as there are question marks. */
function parametersOf(statement: string): number {
  const marks = [...statement.matchAll(/\?(\d*)/g)].map(([, number]) => number ?? "");
  return Math.max(marks.filter((number) => number === "").length, ...marks.map(Number));
}

/** A table that is walked in the order of a key, or a virtual one that is asked for a match, ends where the page does. */
function isScan(detail: string): boolean {
  return /^SCAN (s|a|signals|approvals|dead_letters)\b(?!.*INDEX)|^SCAN search VIRTUAL TABLE INDEX 0:$/.test(detail);
}

function comparison(few: number, many: number, unit = ""): string[] {
  const digits = unit === "" ? 2 : 1;
  return [`${few.toFixed(digits)}${unit}`, `${many.toFixed(digits)}${unit}`, `${(many / few).toFixed(2)} ×`];
}

function notes(times: Times, scanned: readonly string[], size: string, seconds: number): string[] {
  const slower = times.filter(([, [few, many]]) => many > MAX_RATIO * few).map(([name]) => name);
  return [
    `Targets: at most ${MAX_RATIO} times as long with many: ${slower.length === 0 ? "met" : `missed by ${slower.join(", ")}`}; ` +
      "at most 2 rows for a signal that needs nothing and 6 for one with an executed action.",
    `Medians over HTTP, page and all, of the console and the desk that ship, on which ${WAITING} actions wait. ${SPLIT * 100} % of the signals are seen in two batches of ` +
      `${BATCH}; every tenth has an executed action. Rows are D1's own \`meta.rows_written\`: the link, its entries in the ` +
      "full-text index and the counters are in them.",
    `The copies were made in ${seconds.toFixed(0)} s; ${size}.`,
    `Query plans: ${scanned.length === 0 ? "no statement walks a whole table" : `whole tables in ${scanned.join("; ")}`}.`,
  ];
}
