// Is it there, whose clock is right, and does the code that runs fit the code here and the database? Rule: what the
// deployment says of itself is compared with this clone, so run the doctor from the version that is deployed.
import * as z from "zod";
import { type Ask, whyNot } from "./ask.ts";
import { type Finding, findingsOf } from "./finding.ts";

/** What this clone has: the names of the migrations in order, and the newest version of each topic. */
export type Clone = { migrations: readonly string[]; messages: Readonly<Record<string, number>> };

const Health = z.object({
  at: z.iso.datetime(),
  migrations: z.array(z.string()),
  messages: z.record(z.string(), z.int()),
});

/** Signatures are refused when they are five minutes off; a minute is no accident. */
const REFUSED_AFTER_MS = 300_000;
const WARNED_AFTER_MS = 60_000;

export async function checkReach(ask: Ask, clone: Clone, now: () => number): Promise<Finding[]> {
  const report = findingsOf("deployment");
  const edge = await ask("/healthz");
  if (edge.kind !== "answer" || edge.status !== 200) {
    const { what, todo } = whyNot(edge);
    return [report("failure", "ingest", what, todo)];
  }
  const found = [report("ok", "ingest", "answers")];
  const askedAt = now();
  const answer = await ask("/api/health");
  const health = answer.kind === "answer" && answer.status === 200 ? Health.safeParse(answer.json) : null;
  if (health?.success !== true) {
    const { what, todo } = whyNot(answer);
    return [...found, report("failure", "console", what, todo)];
  }
  const { at, migrations, messages } = health.data;
  return [
    ...found,
    report("ok", "console", "answers, and knows you as an operator"),
    ...clockSkew(Date.parse(at) - (askedAt + now()) / 2),
    ...compareMigrations(migrations, clone.migrations),
    ...compareVersions(messages, clone.messages),
  ];
}

/** `skewMs` is how far the deployment is ahead of this machine. */
function clockSkew(skewMs: number): Finding[] {
  const report = findingsOf("clock");
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  if (seconds * 1_000 < WARNED_AFTER_MS) return [report("ok", "skew", `${seconds} s`)];
  const what = `this machine is ${seconds} s ${skewMs > 0 ? "behind" : "ahead of"} the deployment`;
  const todo = "Set this machine's clock (NTP): what it signs is refused when it is five minutes off.";
  return [report(seconds * 1_000 >= REFUSED_AFTER_MS ? "failure" : "warning", "skew", what, todo)];
}

function compareMigrations(applied: readonly string[], known: readonly string[]): Finding[] {
  const report = findingsOf("migrations");
  const missing = known.filter((name) => !applied.includes(name));
  const unknown = applied.filter((name) => !known.includes(name));
  if (missing.length > 0) {
    const todo = "Apply them before the code that needs them: npm run deploy.";
    return [report("failure", "D1", `not applied: ${missing.join(", ")}`, todo)];
  }
  if (unknown.length > 0) {
    const what = `applied, but not in this clone: ${unknown.join(", ")}`;
    return [report("warning", "D1", what, "Run the doctor from the version that is deployed.")];
  }
  return [report("ok", "D1", `${applied.length} applied`)];
}

function compareVersions(deployed: Clone["messages"], known: Clone["messages"]): Finding[] {
  const report = findingsOf("versions");
  const differing = [...new Set([...Object.keys(deployed), ...Object.keys(known)])].filter(
    (topic) => deployed[topic] !== known[topic],
  );
  if (differing.length === 0) return [report("ok", "messages", "those of this clone")];
  const what = differing.map((topic) => `${topic} is v${deployed[topic] ?? 0} there and v${known[topic] ?? 0} here`);
  return [report("warning", "messages", what.join("; "), "Deploy this version, or run the doctor from that one.")];
}
