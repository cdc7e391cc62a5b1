// An action as a message in Slack, for one person. Rules: the approve button carries the hash of the content shown above
// it, and there is none when the content is too long to be shown whole; who is not asked (any more) gets no buttons.
// Limits: docs.slack.dev/reference/block-kit
import { cutToFit, escapeMrkdwn } from "#connectors/slack-mrkdwn.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { undoTerms } from "#contract/undo.ts";
import { eventWords } from "#web/components/event-words.ts";
import { TYPE_WORDS, wordsOf } from "#web/components/words.ts";
import { editableFields, fieldTexts, isEditable } from "../editable-fields.ts";
import { SNOOZES } from "../snoozes.ts";
import { contentLines } from "./content-lines.ts";
import { deadlineLine, settledLine } from "./status-line.ts";

export type CardMessage = { text: string; blocks: readonly unknown[] };

const SECTION_CHARACTERS = 3_000;
const CONTEXT_CHARACTERS = 2_000;
/** Of the text of a mail; more than a screen full is read on the page. */
const MAX_BODY_SECTIONS = 4;
/** A field of a dialog takes no more. */
export const INPUT_CHARACTERS = 3_000;

/**
 * Whoever is to decide: the owner, and the manager once it was escalated; the `operators` where nobody owns it, so that
 * somebody hears of it and can give it to whose it is. Addresses in lower case.
 */
export function askedOf(
  { state, action, escalated_to }: ActionSnapshot,
  operators: readonly string[],
): readonly string[] {
  if (state !== "pending" && state !== "unknown") return [];
  const emails = [action.owner?.email, escalated_to?.email].flatMap((email) => email?.toLowerCase() ?? []);
  return emails.length === 0 ? operators : [...new Set(emails)];
}

/**
 * `publicUrl` is the desk's origin; without it there are no links. `email` in lower case. `signedLink` opens the whole
 * content for that person, to approve it there; null where links are not set up.
 */
export function cardOf(
  snapshot: ActionSnapshot,
  email: string,
  publicUrl: string,
  signedLink: string | null,
): CardMessage {
  const { action, subject, subject_name } = snapshot;
  const { name } = TYPE_WORDS[action.type];
  const about = escapeMrkdwn(cutToFit(subject_name ?? subject, 300).text);
  const reason = escapeMrkdwn(cutToFit(action.reason, 2_000).text);
  const page = publicUrl === "" ? null : `${publicUrl}/approvals/${action.action_id}`;
  const head = section(`*${name}* · ${about}\n${reason}`);
  const text = `${name} for ${about}: ${reason}`;
  // Who was asked while nobody owns it is told by the card that they have.
  if (!askedOf(snapshot, [email]).includes(email)) {
    const owner = action.owner?.name ?? "nobody";
    const line = snapshot.state === "pending" ? `Now with ${escapeMrkdwn(owner)}.` : settledLine(snapshot);
    return { text, blocks: [head, section(line), ...actions(action.action_id, [open(page)])] };
  }
  if (snapshot.state === "unknown") {
    const line = `${settledLine(snapshot)}\nLook where it should have happened, then say on the page whether it did.`;
    return { text, blocks: [head, section(line), ...actions(action.action_id, [open(page)])] };
  }
  const content = contentSections(snapshot);
  const context = [factsOf(snapshot), latelyOf(snapshot), undoTerms(action).note]
    .filter((line) => line !== "")
    .map(escapeMrkdwn);
  const approve = content.complete ? approveButton(snapshot) : readToApprove(signedLink);
  const note = content.complete
    ? []
    : [section("_This is longer than a card. Open it to read all of it and to approve._")];
  return {
    text,
    blocks: [
      head,
      ...content.sections,
      ...note,
      { type: "context", elements: context.map((line) => mrkdwn(cutEscaped(line, CONTEXT_CHARACTERS))) },
      section(deadlineLine(snapshot)),
      ...actions(action.action_id, [approve, editButton(snapshot, page), reject(), later(), open(page)]),
    ],
  };
}

function contentSections({ action }: ActionSnapshot): { sections: unknown[]; complete: boolean } {
  const { lines, body } = contentLines(action);
  const head = lines.map(([label, value]) => `*${label}:* ${value}`).join("\n");
  let complete = head.length <= SECTION_CHARACTERS;
  const sections = [section(complete ? head : cutEscaped(head, SECTION_CHARACTERS))];
  let rest = body?.trim() ?? "";
  while (rest !== "" && sections.length <= MAX_BODY_SECTIONS) {
    const piece = cutToFit(rest, SECTION_CHARACTERS).text;
    sections.push(section(escapeMrkdwn(piece)));
    rest = rest.slice(piece.length).trimStart();
  }
  complete &&= rest === "";
  return { sections, complete };
}

/** Cuts what is escaped already at the end of a line or a word, so that no entity is cut in two. */
function cutEscaped(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/&[a-z]*$|<[^>]*$/, "")}…`;
}

function factsOf({ action, folded_signals }: ActionSnapshot): string {
  const facts = action.facts.map(({ label, value }) => `${label}: ${value}`);
  if (folded_signals.length > 0) facts.push(`also asked for by ${folded_signals.length} later signals`);
  return facts.join(" · ");
}

function latelyOf({ action: { recent_signals: recent = [] } }: ActionSnapshot): string {
  return recent.length === 0 ? "" : `Lately: ${recent.map(({ event }) => eventWords(event).toLowerCase()).join(", ")}`;
}

function approveButton({ action }: ActionSnapshot) {
  const text = plain(wordsOf(action).approve);
  return { type: "button", action_id: "approve", text, style: "primary", value: action.content_hash };
}

function readToApprove(url: string | null) {
  return url === null ? null : { type: "button", action_id: "open_link", text: plain("Read it to approve"), url };
}

/** A dialog where its fields can hold the texts, else the page. */
function editButton({ action }: ActionSnapshot, page: string | null) {
  if (!isEditable(action.type)) return null;
  const texts = fieldTexts(action);
  const fits = editableFields(action.type).every(({ name }) => (texts[name] ?? "").length <= INPUT_CHARACTERS);
  const text = plain("Edit");
  if (fits) return { type: "button", action_id: "edit", text, value: action.content_hash };
  return page === null ? null : { type: "button", action_id: "open_edit", text, url: `${page}/edit` };
}

function reject() {
  return { type: "button", action_id: "reject", text: plain("Reject"), style: "danger" };
}

function later() {
  const options = SNOOZES.map(({ seconds, text }) => ({ text: plain(`in ${text}`), value: String(seconds) }));
  return { type: "static_select", action_id: "snooze", placeholder: plain("Later"), options };
}

function open(page: string | null) {
  return page === null ? null : { type: "button", action_id: "open", text: plain("Open"), url: page };
}

/** The block's id says which action its buttons are about. */
function actions(actionId: string, elements: readonly (object | null)[]): unknown[] {
  const present = elements.filter((element) => element !== null);
  return present.length === 0 ? [] : [{ type: "actions", block_id: actionId, elements: present }];
}

function section(text: string) {
  return { type: "section", text: mrkdwn(text) };
}

/** `verbatim`, so that Slack makes no links or mentions out of what looks like one. */
function mrkdwn(text: string) {
  return { type: "mrkdwn", text, verbatim: true };
}

function plain(text: string) {
  return { type: "plain_text", text };
}
