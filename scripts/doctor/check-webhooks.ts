// Is every webhook reachable, and does it refuse what nobody signed? Rule: what is sent is unsigned and empty, so that no
// signal comes of it; taking it is the failure that this check is there for.
import * as z from "zod";
import { type Ask, whyNot } from "./ask.ts";
import { type Finding, findingsOf } from "./finding.ts";

const Sources = z.object({ sources: z.array(z.string()) });
const Problem = z.object({ detail: z.string() });
const UNSIGNED = { text: "{}", headers: { "content-type": "application/json" } };

export async function checkWebhooks(ask: Ask): Promise<Finding[]> {
  const report = findingsOf("webhooks");
  const listing = await ask("/hooks/-", UNSIGNED);
  const listed = listing.kind === "answer" && listing.status === 404 ? Sources.safeParse(listing.json) : null;
  if (listed?.success !== true) {
    const { what, todo } = whyNot(listing);
    return [report("failure", "/hooks", what, todo)];
  }
  return Promise.all(listed.data.sources.map((source) => checkWebhook(ask, `/hooks/${source}`)));
}

async function checkWebhook(ask: Ask, path: string): Promise<Finding> {
  const report = findingsOf("webhooks");
  const answer = await ask(path, UNSIGNED);
  if (answer.kind === "silence") {
    const { what, todo } = whyNot(answer);
    return report("failure", path, what, todo);
  }
  const { status, json } = answer;
  const problem = Problem.safeParse(json);
  const detail = problem.success ? problem.data.detail : answer.text.slice(0, 200);
  if (status === 401 || status === 403) return report("ok", path, "refuses what is not signed");
  if (status === 503) return report("skipped", path, "not set up", `If you want this source: ${detail}`);
  if (status >= 200 && status < 300) {
    const todo = "Take its route away at once and report it (SECURITY.md): anybody can send signals to it.";
    return report("failure", path, `takes what nobody signed (${status})`, todo);
  }
  const todo =
    status === 429 ? "Wait until the backlog is gone (docs/operating.md)." : "Read ingest's log: wrangler tail.";
  return report("failure", path, `answers ${status}: ${detail}`, todo);
}
