// Many approvals of one rep, straight into the read model: what a page costs does not depend on how they came to wait.
import { snapshot } from "#web/sample-site.ts";
import type { Pipeline } from "./pipeline.ts";

const ROWS_A_STATEMENT = 100;
const INSERT = `INSERT INTO approvals (action_id, version, subject, signal_id, owner_email, type, state, due_at, updated_at, snapshot)
  SELECT value->>'$.action.action_id', 2, value->>'subject', value->>'signal_id', ?2, 'draft_followup', 'pending',
    value->>'due_at', value->>'proposed_at', value FROM json_each(?1)`;

/** Makes `email` a rep for whom `count` drafts wait; `from` keeps their ids apart from those of another call. */
export async function letWait(pipeline: Pipeline, email: string, count: number, from = 0): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ name: email, role: "rep" });
  await pipeline.fetch(`/api/people/${email}`, { method: "PUT", headers, body });
  const rows = Array.from({ length: count }, (_, at) => waitingOf(email, from + at));
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
    await pipeline.query(INSERT, JSON.stringify(rows.slice(at, at + ROWS_A_STATEMENT)), email);
  }
}

function waitingOf(email: string, number: number) {
  const letters = Array.from(String(number).padStart(26, "0"), (digit) => "abcdefghij"[Number(digit)]).join("");
  const owner = { id: "hubspot:1", name: email, email, time_zone: null, manager: null };
  const due_at = new Date(Date.now() + 3_600_000 + number * 1_000).toISOString();
  const { action, ...rest } = snapshot(1, { action: { owner, recent_signals: RECENT }, due_at });
  return { ...rest, action: { ...action, action_id: `act_${letters}` } };
}

const RECENT = ["page.viewed", "call.completed", "deal.stage_changed"].map((event, days) => ({
  signal_id: `sig_${"c".repeat(26)}`,
  event,
  fired_at: new Date(Date.now() - days * 86_400_000).toISOString(),
}));
