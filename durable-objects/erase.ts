// Forgets what an action says of a person. Rules: what has not run never will; what has keeps its place, its state and
// its digests, so that the trail stays whole; the outside is not touched.
import type { ActionContent } from "#contract/action.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { BY_POLICY } from "./action-change.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import { type DealState, type Decided, workOn } from "./deal-state.ts";
import { advancePlans } from "./saga.ts";

export type Forgotten = { emails: readonly string[]; references: readonly string[] };

const GONE = "erased";
const GONE_EMAIL = "erased@invalid.example";

/** `clock` in milliseconds. Asked twice it erases once. */
export function erase(deal: DealState, who: Forgotten, clock: number): Decided<{ erased: number }> {
  const work = workOn(deal, clock);
  const names = new Set([...who.emails.map((email) => email.toLowerCase()), ...who.references]);
  const about = work.all().filter((record) => !record.erased && speaksOf(record.snapshot, names));
  for (const record of about) {
    const stopped = work.apply(record, { kind: "supersede", reason: GONE }, ({ snapshot }) => ({
      step: "superseded",
      summary: `The ${actionTitle(snapshot.action)} will not run: whom it is about must be forgotten.`,
      actor: BY_POLICY,
    }));
    work.rewrite(blank(stopped.ok ? stopped.record : record), {
      step: "erased",
      summary: `The content of the ${actionTitle(record.snapshot.action)} was erased.`,
      actor: BY_POLICY,
    });
  }
  // Nothing new can start here: a plan that lost a step is only taken back.
  advancePlans(work, null);
  return work.finish({ erased: about.length });
}

/** Whether any text in what is shown contains one of the names, in any case. */
function speaksOf(snapshot: ActionSnapshot, names: ReadonlySet<string>): boolean {
  const { subject, action, note, effect, error } = snapshot;
  const text = JSON.stringify({ subject, action, note, effect, error }).toLowerCase();
  return [...names].some((name) => isNamed(text, name.toLowerCase()));
}

/** `hubspot:42` is not `hubspot:421`, and `an@x.test` not `dan@x.test`. */
function isNamed(text: string, name: string): boolean {
  const isPart = (character: string | undefined) => character !== undefined && /[\w.+-]/.test(character);
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const [before, after] = [text[at - 1], text[at + name.length]];
    const endsSentence = after === "." && !isPart(text[at + name.length + 1]);
    if (!isPart(before) && (endsSentence || !isPart(after))) return true;
  }
  return false;
}

function blank(record: ActionRecord): ActionRecord {
  const { snapshot } = record;
  const action = { ...snapshot.action, ...emptied(snapshot.action), reason: GONE, owner: null, facts: [] };
  const effect =
    snapshot.effect === null ? null : { ...snapshot.effect, external_id: GONE, url: null, summary: GONE, undo: null };
  const shown = { action, effect, subject_name: null, note: null, error: null, held: null, escalated_to: null };
  const undo = { undo_until: null, undo_note: null };
  return {
    ...record,
    erased: true,
    kept: null,
    owed: record.owed.map((step) => ({ ...step, summary: GONE, data: null })),
    snapshot: { ...snapshot, ...shown, ...undo },
  };
}

/** Content that still parses as the contract's, so that every reader can go on. */
function emptied(content: ActionContent): ActionContent {
  switch (content.type) {
    case "draft_followup": {
      const { deliver } = content.params;
      const params = { from: GONE_EMAIL, to: [{ email: GONE_EMAIL, name: null }], subject: GONE, body: GONE, deliver };
      return { type: content.type, target: content.target, params: { ...params, thread_id: null } };
    }
    case "update_crm":
      return { ...content, params: { ...content.params, record: "erased:0", value: null } };
    case "create_task": {
      const about = { deal_id: null, contact_ids: [], account_id: null, owner_id: null };
      return { ...content, params: { ...content.params, ...about, subject: GONE, body: "" } };
    }
    case "send_alert": {
      const params = { channel: null, text: GONE, url: null, to_email: null, thread_key: null };
      return { ...content, params };
    }
    case "enroll_sequence":
      return { ...content, params: { ...content.params, contact_id: "erased:0", sender: GONE_EMAIL } };
  }
}
