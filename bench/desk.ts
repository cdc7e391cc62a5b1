// The first page and the API of approvals for a rep with 1,000 that wait, against one with 10, on the running Workers.
// Rule: a ratio, measured in turns in one run, because machines differ.
// node bench/desk.ts [rounds]

import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { signSession } from "#web/auth/session.ts";
import { Pipeline } from "../tests/support/pipeline.ts";
import { letWait } from "../tests/support/waiting.ts";

const ROUNDS = Number(process.argv[2] ?? 60);
const MAX_RATIO = 1.3;
const REPS = [
  { email: "few@northwind.example", waiting: 10 },
  { email: "many@northwind.example", waiting: 1_000 },
] as const;
const pipeline = new Pipeline();
await pipeline.start();
try {
  const secret = parseEnv(readFileSync("sandbox/local.env", "utf8")).SESSION_SECRET ?? "";
  const cookies = new Map<string, string>();
  for (const [place, { email, waiting }] of REPS.entries()) {
    await letWait(pipeline, email, waiting, place * 10_000);
    cookies.set(email, `dealwire=${await signSession(email, secret, Date.now())}`);
  }
  for (const path of ["/approvals", "/api/approvals?owner=me"]) {
    const times = new Map<string, number[]>(REPS.map(({ email }) => [email, []]));
    for (let round = -5; round < ROUNDS; round += 1) {
      for (const { email } of REPS) {
        const startedAt = performance.now();
        const answer = await pipeline.fetch(path, { headers: { cookie: cookies.get(email) ?? "" } });
        const { length } = await answer.text();
        if (!answer.ok || length < 1_000) throw new Error(`${path}: ${answer.status}, ${length} characters`);
        if (round >= 0) times.get(email)?.push(performance.now() - startedAt);
      }
    }
    const [few = 0, many = 0] = REPS.map(({ email }) => median(times.get(email) ?? []));
    const ratio = many / few;
    console.log(`${path}: ${few.toFixed(1)} ms with 10, ${many.toFixed(1)} ms with 1,000: ${ratio.toFixed(2)} ×`);
    if (ratio > MAX_RATIO) process.exitCode = 1;
  }
} finally {
  await pipeline.stop();
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
