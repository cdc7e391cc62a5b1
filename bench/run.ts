// `npm run bench`: all benches, or those that are named, one after another; results in bench/results.md. Exit code 1 when
// one broke or, with --check, a deterministic figure got worse; 2 when the command was not understood.
import { parseArgs } from "node:util";
import { accept, check } from "./check.ts";
import { BENCHES } from "./registry.ts";
import { writeSection } from "./results.ts";

const USAGE = `npm run bench -- [name …] [--quick]
  --quick   small counts: shows that it works, not how fast it is
  --full    the counts that the targets name: much longer
  --check   holds operations and bundle sizes against bench/counts.json; measures nothing else
  --accept  writes bench/counts.json
${BENCHES.map(({ name, measures }) => `  ${name.padEnd(9)} ${measures}`).join("\n")}`;

async function main(): Promise<number> {
  process.env.WRANGLER_LOG ??= "error";
  process.env.WRANGLER_SEND_METRICS ??= "false";
  const options = {
    quick: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    accept: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const wrong = positionals.filter((name) => BENCHES.every((bench) => bench.name !== name));
  if (values.help || wrong.length > 0) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  if (values.check) return (await check()) ? 0 : 1;
  if (values.accept) {
    await accept();
    return 0;
  }
  const scale = values.full ? "full" : values.quick ? "quick" : "usual";
  const order = BENCHES.map(({ name }) => name);
  let exitCode = 0;
  for (const bench of BENCHES) {
    if (positionals.length > 0 && !positionals.includes(bench.name)) continue;
    const startedAt = performance.now();
    try {
      const report = await bench.run(scale);
      writeSection(bench, report, scale, order);
      console.log(`\n${bench.name} (${((performance.now() - startedAt) / 1_000).toFixed(0)} s)`);
      for (const row of report.rows) console.log(row.join("\t"));
      for (const note of report.notes) console.log(`  ${note}`);
    } catch (error) {
      console.error(`${bench.name} broke:`, error);
      exitCode = 1;
    }
  }
  return exitCode;
}

process.exitCode = await main();
