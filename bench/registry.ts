// Every bench, in the order of the results.
import type { Bench } from "./bench.ts";
import { cost } from "./cost.ts";
import { counts } from "./counts.ts";
import { deal } from "./deal.ts";
import { drain } from "./drain.ts";
import { enrich } from "./enrich.ts";
import { growth } from "./growth.ts";
import { heap } from "./heap.ts";
import { ingest } from "./ingest.ts";
import { latency } from "./latency.ts";
import { morning } from "./morning.ts";
import { scriptBench } from "./script.ts";
import { size } from "./size.ts";
import { startup } from "./startup.ts";
import { trail } from "./trail.ts";

export const BENCHES: readonly Bench[] = [
  size,
  startup,
  heap,
  counts,
  cost,
  latency,
  growth,
  ingest,
  drain,
  morning,
  deal,
  enrich,
  trail,
  scriptBench({
    name: "desk",
    measures: "milliseconds of the first page and the API of approvals with 1,000 that wait",
    against: "the same with 10",
    file: "bench/desk.ts",
    args: { quick: ["5"], usual: ["40"], full: ["200"] },
  }),
  scriptBench({
    name: "rules",
    measures: "microseconds for a signal's rules, and for a backtest",
    against: "the same conditions written by hand, and a bare loop over the same rules",
    file: "bench/rules.ts",
    args: { quick: ["2000"], usual: ["20000"], full: ["100000"] },
  }),
  scriptBench({
    name: "bombora",
    measures: "rows of a surge report read, checked and packed a second",
    against: "unzipping the same file without a look at it",
    file: "bench/bombora.ts",
    args: { quick: ["10000"], usual: ["200000"], full: ["1000000"] },
  }),
  scriptBench({
    name: "memory",
    measures: "rows a second and memory of a surge report that comes over HTTP",
    against: "a bare Worker that unzips the file, and one that also copies it onto the queue",
    file: "bench/ingest-memory.ts",
    args: { quick: ["10000"], usual: ["200000"], full: ["1000000"] },
  }),
];
