// The whole pipeline in one workerd, from the real wrangler.toml files: real queues, D1 and Durable Objects, and the
// sandbox for what lies outside. Rule: tests speak to it as the world does, over HTTP, and wait for what they can see.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { createTestHarness, type TestHarness } from "wrangler";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { signHubspot } from "../../scripts/sign-hubspot.ts";
import { signStandard } from "../../scripts/sign-standard.ts";
import { WORKER_CONFIGS } from "../../scripts/worker-configs.ts";
import { readConfig } from "./configs.ts";
import { LEDGER, promptLedger } from "./prompt-ledger.ts";

const SQL_CONFIG = "tests/support/sql/wrangler.toml";
const ORIGIN = "http://localhost:8787";
const localEnv = parseEnv(readFileSync("sandbox/local.env", "utf8"));

/**
 * What a test may change of the environment; retries come at once so that failures don't make tests wait, and a test
 * that is not about the language model has rules alone.
 */
type Overrides = Readonly<Record<string, string>>;
const DEFAULTS: Overrides = { RETRY_BASE_SECONDS: "0", LLM_PROVIDER: "none" };

export type Row = Record<string, string | number | null>;
export type SignalView = { signal: Row; trail: Row[]; actions: ActionSnapshot[] };
export type Accepted = {
  accepted: number;
  ignored: number;
  rejected: number;
  signals: { signal_id: string; correlation_id: string }[];
};

export class Pipeline {
  readonly #server: TestHarness;
  readonly #values: Readonly<Record<string, string | undefined>>;
  readonly #configPaths: readonly string[];
  readonly #replaced = new Map<string, string>();
  readonly #outside = globalThis.fetch;

  /** `configPaths` are the Workers to start, the front door first. */
  constructor(overrides: Overrides = {}, configPaths: readonly string[] = WORKER_CONFIGS) {
    this.#values = { ...localEnv, ...DEFAULTS, ...overrides };
    this.#configPaths = [...configPaths, SQL_CONFIG];
    this.#server = createTestHarness({ workers: this.#workersOf(this.#configPaths) });
    // Outbound calls of the Workers go through this process; those to the sandbox go back in by its front door.
    globalThis.fetch = (input, init) => {
      const request = new Request(input, init);
      return request.url.startsWith(ORIGIN) ? this.#forward(request) : this.#outside(request);
    };
  }

  /** Answers the origin at which a browser finds the front door. */
  async start(): Promise<string> {
    const { url } = await this.#server.listen();
    await this.#server.getWorker("dealwire-state").applyD1Migrations("DB");
    return url.origin;
  }

  /**
   * Deploys another Worker of the same name in the place of `replaced`, and again what was there when it is left out; those
   * that were deployed before stay. What is stored stays, too; what waits in a queue does not.
   */
  deploy(replaced: string, configPath: string = replaced): Promise<void> {
    return this.deployAll([[replaced, configPath]]);
  }

  /** The same for several at once, which takes no longer than one. */
  async deployAll(replacements: readonly (readonly [replaced: string, configPath: string])[]): Promise<void> {
    for (const [replaced, configPath] of replacements) this.#replaced.set(replaced, configPath);
    const configPaths = this.#configPaths.map((path) => this.#replaced.get(path) ?? path);
    await this.#server.update({ workers: this.#workersOf(configPaths) });
  }

  async stop(): Promise<void> {
    globalThis.fetch = this.#outside;
    await this.#server.close();
  }

  /** Empties queues, D1, Durable Objects and the sandbox. */
  async reset(): Promise<void> {
    await this.#server.reset();
    await this.start();
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return this.#forward(new Request(new URL(path, ORIGIN), init));
  }

  async json<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await this.fetch(path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  post(path: string, body: unknown): Promise<Response> {
    return this.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** Sends a batch of HubSpot events as HubSpot signs them. */
  async hubspot(events: unknown, at = Date.now()): Promise<Response> {
    const body = typeof events === "string" ? events : JSON.stringify(events);
    const secret = localEnv.HUBSPOT_CLIENT_SECRET ?? "";
    const headers = await signHubspot({ secret, method: "POST", url: `${ORIGIN}/hooks/hubspot`, body, timestamp: at });
    return this.fetch("/hooks/hubspot", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  }

  async standard(event: unknown, id = crypto.randomUUID()): Promise<Response> {
    const body = JSON.stringify(event);
    const [secret = ""] = (localEnv.STANDARD_WEBHOOKS_SECRETS ?? "").split(" ");
    const headers = await signStandard({ secret, id, body, timestamp: Math.floor(Date.now() / 1000) });
    return this.fetch("/hooks/standard", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  }

  query(sql: string, ...params: unknown[]): Promise<Row[]> {
    return this.ask("sql", "/", { method: "POST", body: JSON.stringify({ sql, params }) });
  }

  /** The database itself, to fill it before anything runs: once the Workers are busy this way of asking stands still. */
  async database(): Promise<D1Database> {
    return (await this.#server.getWorker<{ DB: D1Database }>("dealwire-state").getEnv()).DB;
  }

  /** The queue of a Worker, to put a message there as no Worker would. */
  async queue(worker: string, binding: string): Promise<Queue> {
    const env = await this.#server.getWorker<Record<string, Queue>>(`dealwire-${worker}`).getEnv();
    const queue = env[binding];
    if (queue === undefined) throw new Error(`${worker} has no ${binding}`);
    return queue;
  }

  /** The raw bodies, to look at them and to put one there by hand. */
  async rawBodies(): Promise<R2Bucket> {
    return (await this.#server.getWorker<{ RAW: R2Bucket }>("dealwire-ingest").getEnv()).RAW;
  }

  /** Lets the jobs of every minute run, as cron does; at some minutes they do more. */
  async tick(workers: readonly string[] = ["ledger", "console"], scheduledTime = new Date()): Promise<void> {
    for (const name of workers) {
      const run = { cron: "* * * * *", scheduledTime };
      const { outcome } = await this.#server.getWorker(`dealwire-${name}`).scheduled(run);
      if (outcome !== "ok") throw new Error(`the job of the ${name} ended with ${outcome}\n${this.warnings()}`);
    }
  }

  /** Asks a Worker itself, past the front door. */
  async ask<T>(worker: string, path: string, init: { method?: string; body?: string } = {}): Promise<T> {
    const answer = await this.#server.getWorker(`dealwire-${worker}`).fetch(new URL(path, ORIGIN).href, init);
    return JSON.parse(await answer.text());
  }

  async signal(signalId: string): Promise<SignalView | null> {
    const response = await this.fetch(`/api/signals/${signalId}`);
    return response.ok ? await response.json() : null;
  }

  async sandbox(system: string): Promise<SandboxState> {
    const state = await this.json<Record<string, SandboxState>>(`/sandbox/state?system=${system}`);
    return state[system] ?? { records: {}, requests: [] };
  }

  faults(faults: unknown): Promise<Response> {
    return this.post("/sandbox/faults", faults);
  }

  /** Waits until `probe` answers something, and fails with what it last saw. */
  async until<T>(what: string, probe: () => Promise<T | null | undefined | false>, timeoutMs = 60_000): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    let last: unknown;
    while (Date.now() < deadline) {
      const seen = await probe();
      if (seen !== null && seen !== undefined && seen !== false) return seen;
      last = seen;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never saw ${what} (last: ${JSON.stringify(last)})\n${this.warnings()}`);
  }

  /** Waits until every signal has left the pipeline: it waits for a person or has met its fate. */
  settle(signals: number, timeoutMs?: number): Promise<true> {
    return this.until(
      `${signals} signals settled`,
      async () => {
        const [row] = await this.query("SELECT count(*) AS n, sum(fate = 'in_progress') AS moving FROM signals");
        return row?.n === signals && row.moving === 0;
      },
      timeoutMs,
    );
  }

  /** Every line that the Workers logged. */
  logs(): string[] {
    return this.#server.getLogs().flatMap(({ message }) => message.split("\n"));
  }

  /** Warnings and errors of the Workers, for a failing test. */
  warnings(): string {
    const lines = this.#server.getLogs().filter(({ level }) => level === "warn" || level === "error");
    return lines
      .slice(-20)
      .map(({ message }) => message)
      .join("\n");
  }

  #workersOf(configPaths: readonly string[]) {
    const named = (names: readonly string[]): Record<string, string> =>
      Object.fromEntries(
        names.flatMap((name) => {
          const value = this.#values[name];
          return value === undefined ? [] : [[name, value] as const];
        }),
      );
    return configPaths.map((path) => {
      const configPath = path === LEDGER ? promptLedger() : path;
      const { vars, secrets } = readConfig(configPath);
      return { configPath, vars: named(Object.keys(vars ?? {})), secrets: named(secrets.required) };
    });
  }

  async #forward(request: Request): Promise<Response> {
    const { method, body } = request;
    const answer = await this.#server.fetch(request.url, {
      method,
      headers: Object.fromEntries(request.headers),
      redirect: "manual",
      ...(body === null ? {} : { body, duplex: "half" }),
    });
    const { status } = answer;
    const empty = status === 204 || status === 304;
    return new Response(empty ? null : await answer.arrayBuffer(), { status, headers: [...answer.headers] });
  }
}

type SandboxRecord = { id: string; [field: string]: unknown };
type SandboxRequest = { method: string; path: string; status: number; [field: string]: unknown };
type SandboxState = { records: Record<string, SandboxRecord[]>; requests: SandboxRequest[] };
