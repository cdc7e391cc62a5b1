// The pipeline with counters around every Worker, and what they counted. Rule: what is counted is over when nothing moves
// any more, so that a figure never depends on when it was asked for.
import { LAYER_WORKERS } from "#contract/queues.ts";
import { Pipeline } from "../../tests/support/pipeline.ts";
import { countedConfigs } from "./counted-configs.ts";
import { COUNTS_PATH, type Counts } from "./meter.ts";

/** The audit queue's batch timeout and more: after so long without a new figure nothing is under way. */
const QUIET_MS = 6_500;
/** The sandbox's limits and ours are for one company's day, and a bench does a day in a minute, on a machine that is slow. */
const BREAKER = { failures: 100_000, open_seconds: 1 };
const OTHERS = ["salesforce", "msgraph", "resend", "teams", "webhook", "outreach", "salesloft", "apollo"];
export const UNLIMITED = {
  SANDBOX_RATE_LIMITS: "off",
  UPSTREAM_LIMITS: JSON.stringify({
    hubspot: { breaker: BREAKER, limits: { all: { max: 100_000, seconds: 1 }, search: { max: 100_000, seconds: 1 } } },
    slack: { breaker: BREAKER, limits: { post: { max: 100_000, seconds: 1 }, channel: { max: 100_000, seconds: 1 } } },
    gmail: { breaker: BREAKER, limits: { mailbox: { max: 100_000, seconds: 1 }, mails: { max: 100_000, seconds: 1 } } },
    ...Object.fromEntries(OTHERS.map((system) => [system, { breaker: BREAKER }])),
  }),
};

/** Each look at the counters and at D1 takes CPU of the process whose CPU is measured. */
const LOOK_MS = { waiting: 1_000, hasty: 100 };

export class CountedPipeline extends Pipeline {
  readonly #lookMs: number;

  /** Without `waiting` no queue waits to fill a batch. */
  constructor({ waiting, vars = {} }: { waiting: boolean; vars?: Readonly<Record<string, string>> }) {
    super({ ...UNLIMITED, ...vars }, countedConfigs(waiting));
    this.#lookMs = waiting ? LOOK_MS.waiting : LOOK_MS.hasty;
  }

  override settle(signals: number, timeoutMs = 60_000): Promise<true> {
    const isSettled = async () => {
      await this.#pause();
      const [row] = await this.query("SELECT count(*) AS n, sum(fate = 'in_progress') AS moving FROM signals");
      return row?.n === signals && row.moving === 0;
    };
    return this.until(`${signals} signals settled`, isSettled, timeoutMs);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.#lookMs));
  }

  /** Everything counted so far, over all Workers. */
  async counts(): Promise<Counts> {
    const all = await Promise.all(
      [...LAYER_WORKERS, "state"].map(async (worker) => [worker, await this.ask<Counts>(worker, COUNTS_PATH)] as const),
    );
    const sum: Counts = {};
    const put = (key: string, value: number) => {
      sum[key] = (sum[key] ?? 0) + value;
    };
    for (const [worker, counts] of all) {
      for (const [key, value] of Object.entries(counts)) {
        put(key === "requests" || key.startsWith("d1 ") ? `${worker} ${key}` : key, value);
      }
    }
    return sum;
  }

  /** What some work counts, until nothing has moved for `quietMs`. */
  async counting(work: () => Promise<unknown>, quietMs = QUIET_MS): Promise<Counts> {
    const before = await this.counts();
    await work();
    let last = await this.counts();
    for (let quietSince = Date.now(); Date.now() - quietSince < quietMs; ) {
      await this.#pause();
      const now = await this.counts();
      if (JSON.stringify(now) !== JSON.stringify(last)) quietSince = Date.now();
      last = now;
    }
    return Object.fromEntries(
      Object.entries(last).flatMap(([key, value]) => {
        const grown = value - (before[key] ?? 0);
        return grown === 0 ? [] : [[key, grown] as const];
      }),
    );
  }
}
