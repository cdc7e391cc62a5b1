// The first page and the API of approvals for a rep with 1,000 that wait, against one with 10, on the running Workers.
// Rule: a ratio, measured in turns in one run, because machines differ.
// node bench/desk.ts [rounds]

import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { signSession } from "#web/auth/session.ts";
import { snapshot } from "#web/sample-site.ts";
import { Pipeline } from "../tests/support/pipeline.ts";

const ROUNDS = Number(process.argv[2] ?? 60);
const MAX_RATIO = 1.3;
const REPS = [
  { email: "few@northwind.example", waiting: 10 },
  { email: "many@northwind.example", waiting: 1_000 },
] as const;
const INSERT = `INSERT INTO approvals (action_id, version, subject, signal_id, owner_email, type, state, due_at, updated_at, snapshot)
  SELECT value->>'$.action.action_id', 2, value->>'subject', value->>'signal_id', ?2, 'draft_followup', 'pending',
    value->>'due_at', value->>'proposed_at', value FROM json_each(?1)`;

const pipeline = new Pipeline();
await pipeline.start();
try {
  const secret = parseEnv(readFileSync("sandbox/local.env", "utf8")).SESSION_SECRET ?? "";
  const cookies = new Map<string, string>();
  for (const [place, { email, waiting }] of REPS.entries()) {
    const body = JSON.stringify({ name: email, role: "rep" });
    const headers = { "content-type": "application/json" };
    await pipeline.fetch(`/api/people/${email}`, { method: "PUT", headers, body });
    cookies.set(email, `dealwire=${await signSession(email, secret, Date.now())}`);
    const rows = Array.from({ length: waiting }, (_, n) => waitingOf(email, place * 10_000 + n));
    for (let at = 0; at < rows.length; at += 100) {
      await pipeline.query(INSERT, JSON.stringify(rows.slice(at, at + 100)), email);
    }
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

function waitingOf(email: string, number: number) {
  const letters = Array.from(String(number).padStart(26, "0"), (digit) => "abcdefghij"[Number(digit)]).join("");
  const owner = { id: "hubspot:1", name: email, email, time_zone: null, manager: null };
  const due_at = new Date(Date.now() + 3_600_000 + number * 1_000).toISOString();
  const { action, ...rest } = snapshot(1, { action: { owner }, due_at });
  return { ...rest, action: { ...action, action_id: `act_${letters}` } };
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
