// What the trail costs and how fast it is: rows written a signal, and how long a page, a search and a trace take, with few
// signals and with many in D1, over the statements that ship. Rule: counted, not estimated; times as a ratio, because
// machines differ.
// node bench/trail.ts [few] [many]

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createTestHarness } from "wrangler";
import { createReadModel } from "../workers/console/read-model.ts";
import { parsePlace, SignalFilter } from "../workers/console/read-search.ts";
import { keepSteps } from "../workers/ledger/ledger.ts";
import { eventId, instant, received, SUMMARY, snapshot, step } from "../workers/ledger/steps.fixture.ts";
import { createStore } from "../workers/ledger/store.ts";
import { type Told, toldSteps } from "../workers/ledger/told-steps.ts";

const FEW = Number(process.argv[2] ?? 10_000);
const MANY = Number(process.argv[3] ?? 1_000_000);
/** Signals of one batch of the audit queue, of which some are seen in two batches. */
const BATCH = 200;
const SPLIT = 0.3;
const ROUNDS = 30;

const idOf = (n: number) =>
  `sig_${Array.from(String(n).padStart(26, "0"), (digit) => "abcdefghij"[Number(digit)]).join("")}`;
let events = 0;

/** Received, enriched, decided; of every tenth signal also an action, from proposed to executed. */
function stepsOf(n: number): Told[] {
  const signal_id = idOf(n);
  const subject = `hubspot:${n % 5_000}`;
  const at = (ms: number) => instant(n * 10 + ms);
  const signal = { ...SUMMARY, subject, deal_id: subject, received_at: at(0), fired_at: at(0) };
  const context = { deal_context: { id: subject, contacts: [{ id: `hubspot:c${n}`, email: `p${n}@acme.test` }] } };
  const plain = [
    received({ signal_id, at: at(0), signal }),
    step({
      signal_id,
      layer: "enrich",
      step: "enriched",
      at: at(900),
      data: { signal: { ...context, text: "x".repeat(2_000) } },
    }),
    step({ signal_id, at: at(1_000), fate: n % 10 === 0 ? "waiting" : "no_action", summary: "No rule applies." }),
  ];
  const base = snapshot({ signal_id, subject });
  const action = { ...base, action: { ...base.action, action_id: `act_${signal_id.slice(4)}` } };
  const acted = (["pending", "released", "executed"] as const).map((state, index) =>
    step({
      signal_id,
      layer: "deal",
      step: state === "pending" ? "proposed" : state,
      at: at(1_100 + index * 5_000),
      fate: state === "executed" ? "executed" : null,
      action: { ...action, state, version: index + 1, due_at: state === "pending" ? base.due_at : null },
    }),
  );
  const all = toldSteps(n % 10 === 0 ? [...plain, ...acted] : plain);
  return all.map((told) => {
    events += 1;
    return { ...told, step: { ...told.step, event_id: eventId(events) } };
  });
}

const folder = mkdtempSync(join(process.cwd(), ".build-bench-"));
writeFileSync(join(folder, "worker.js"), "export default { fetch: () => new Response() };");
writeFileSync(
  join(folder, "wrangler.json"),
  JSON.stringify({
    name: "bench",
    main: "worker.js",
    compatibility_date: "2026-10-01",
    d1_databases: [
      { binding: "DB", database_name: "bench", database_id: "bench", migrations_dir: resolve("migrations") },
    ],
  }),
);
const server = createTestHarness({ workers: [{ configPath: join(folder, "wrangler.json") }] });
try {
  await server.listen();
  await server.getWorker("bench").applyD1Migrations("DB");
  const { DB } = await server.getWorker<{ DB: D1Database }>("bench").getEnv();
  const store = createStore(DB);
  let rowsWritten = 0;
  const counting: typeof store.write = async (batch) => {
    const result = await store.write(batch);
    rowsWritten += result.rowsWritten;
    return result;
  };
  const deps = { ...store, write: counting, now: Date.now };
  let kept = 0;
  let late: Told[] = [];
  const fill = async (count: number) => {
    for (; kept < count; kept += BATCH) {
      const all = Array.from({ length: BATCH }, (_, n) => stepsOf(kept + n));
      const now = all.flatMap((steps, n) => (n < BATCH * SPLIT ? steps.slice(0, 2) : steps));
      const then = all.flatMap((steps, n) => (n < BATCH * SPLIT ? steps.slice(2) : []));
      await keepSteps([...late, ...now], deps);
      late = then;
    }
  };

  const sql = async (statement: string, parameters: readonly (string | number)[]) =>
    (
      await DB.prepare(statement)
        .bind(...parameters)
        .all()
    ).results;
  const model = createReadModel(
    sql,
    () => {},
    async () => null,
  );
  const searches: Record<string, () => Promise<unknown>> = {
    trace: () => model.signal(idOf(Math.floor(Math.random() * kept))),
    page: () => model.signals({}, 50, null),
    "of a deal": () =>
      model.signals(SignalFilter.parse({ deal: `hubspot:${Math.floor(Math.random() * 5_000)}` }), 50, null),
    "of a person": () =>
      model.signals(SignalFilter.parse({ contact: `p${Math.floor(Math.random() * kept)}@acme.test` }), 50, null),
    executed: () => model.signals(SignalFilter.parse({ fate: "executed" }), 50, null),
    "by words": () =>
      model.signals(SignalFilter.parse({ q: "competitor named", source: "hubspot" }), 50, parsePlace("")),
  };
  const medians = async () => {
    const found = new Map<string, number>();
    for (const [name, search] of Object.entries(searches)) {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const startedAt = performance.now();
        await search();
        times.push(performance.now() - startedAt);
      }
      found.set(name, times.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0);
    }
    return found;
  };

  await fill(FEW);
  console.log(`${(rowsWritten / kept).toFixed(2)} rows written a signal, of which every tenth had an executed action`);
  const few = await medians();
  await fill(MANY);
  const many = await medians();
  console.log(`median of ${ROUNDS}, ms\t${FEW}\t${MANY} signals`);
  for (const [name, ms] of few) {
    const then = many.get(name) ?? 0;
    console.log(`${name}\t${ms.toFixed(1)}\t${then.toFixed(1)}\t${(then / ms).toFixed(2)} ×`);
  }
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
