// The dialogs of a card: changing the texts, and saying why not. Rule: the edit dialog carries the hash of the content
// that it shows, so saving over somebody else's edit takes reading it first.
// Limits: docs.slack.dev/reference/views and /reference/block-kit/block-elements/plain-text-input-element
import type { Action } from "#contract/action.ts";
import { editableFields, type Field, fieldTexts } from "../editable-fields.ts";
import { INPUT_CHARACTERS } from "./card.ts";
import type { DialogAbout } from "./interaction.ts";

/** Together with a chosen one they are a reason of at most 2,000. */
const REASON_CHARACTERS = 1_900;
const OPTION_CHARACTERS = 75;
const MAX_OPTIONS = 100;

export function editDialog(action: Action): unknown {
  const texts = fieldTexts(action);
  const fields = editableFields(action.type).map((field) => inputOf(field, texts[field.name] ?? ""));
  const note = { type: "mrkdwn", text: "Saving does not send it. You approve it afterwards, as it then reads." };
  return dialog("edit", "Edit", "Save", action, [...fields, { type: "context", elements: [note] }]);
}

/** One of `reasons`, own words, or both. */
export function rejectDialog(action: Action, reasons: readonly string[]): unknown {
  const text = input("reason", "In your own words. The team reads this.", true, {
    type: "plain_text_input",
    multiline: true,
    max_length: REASON_CHARACTERS,
  });
  const options = reasons.slice(0, MAX_OPTIONS).map((reason) => {
    const label = reason.slice(0, OPTION_CHARACTERS);
    return { text: plain(label), value: label };
  });
  const choice = input("choice", "Why not?", true, { type: "static_select", placeholder: plain("Choose"), options });
  return dialog("reject", "Reject", "Reject", action, options.length === 0 ? [text] : [choice, text]);
}

function inputOf({ name, label, kind, maxLength, required, hint }: Field, text: string) {
  const max_length = Math.min(maxLength, INPUT_CHARACTERS);
  const initial = text === "" ? {} : { initial_value: text };
  const element = { type: "plain_text_input", multiline: kind !== "line", max_length, ...initial };
  const block = input(name, label, !required, element);
  return hint === undefined ? block : { ...block, hint: plain(hint) };
}

/** The action of a block is named like the block; a submission is read by that. */
function input(name: string, label: string, optional: boolean, element: object) {
  return {
    type: "input",
    block_id: name,
    label: plain(label),
    optional,
    element: { action_id: name, ...element },
  };
}

function dialog(callbackId: string, title: string, submit: string, action: Action, blocks: readonly unknown[]) {
  const about: DialogAbout = { action_id: action.action_id, content_hash: action.content_hash };
  return {
    type: "modal",
    callback_id: callbackId,
    private_metadata: JSON.stringify(about),
    title: plain(title),
    submit: plain(submit),
    close: plain("Cancel"),
    blocks,
  };
}

function plain(text: string) {
  return { type: "plain_text", text };
}
