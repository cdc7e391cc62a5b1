// Which parts of an action a rep can change on the page, as data: one list of text fields a type. Rule: everything else
// of the params stays as it was; a field that is not listed can't be smuggled in by a form.
import type { Action, ActionType } from "#contract/action.ts";

export type Field = {
  name: string;
  label: string;
  kind: "line" | "text" | "people";
  maxLength: number;
  required: boolean;
  hint?: string;
};

const FIELDS = {
  draft_followup: [
    {
      name: "to",
      label: "To",
      kind: "people",
      maxLength: 7_000,
      required: true,
      hint: "One a line: an address, or Name <address>",
    },
    { name: "subject", label: "Subject", kind: "line", maxLength: 500, required: true },
    { name: "body", label: "Message", kind: "text", maxLength: 20_000, required: true },
  ],
  update_crm: [{ name: "value", label: "New value", kind: "text", maxLength: 10_000, required: false }],
  create_task: [
    { name: "subject", label: "Task", kind: "line", maxLength: 500, required: true },
    { name: "body", label: "Details", kind: "text", maxLength: 10_000, required: false },
  ],
  send_alert: [{ name: "text", label: "Message", kind: "text", maxLength: 3_000, required: true }],
  enroll_sequence: [],
} as const satisfies Record<ActionType, readonly Field[]>;

export function editableFields(type: ActionType): readonly Field[] {
  return FIELDS[type];
}

export function isEditable(type: ActionType): boolean {
  return FIELDS[type].length > 0;
}

/** What a form shows of the action's params: the text of each editable field, by name. */
export function fieldTexts(action: Action): Record<string, string> {
  const params = new Map<string, unknown>(Object.entries(action.params));
  return Object.fromEntries(
    editableFields(action.type).map(({ name, kind }) => {
      if (kind === "people") return [name, action.type === "draft_followup" ? peopleText(action.params.to) : ""];
      const value = params.get(name);
      return [name, typeof value === "string" ? value : ""];
    }),
  );
}

/** The params with the form's texts in the places of the editable fields; whether they are valid is checked later. */
export function withTexts(action: Action, texts: Readonly<Record<string, string>>): Record<string, unknown> {
  const edited = editableFields(action.type).map(({ name, kind }) => {
    // Browsers send line breaks of a textarea as CRLF (HTML: form submission).
    const text = (texts[name] ?? "").replaceAll("\r\n", "\n");
    if (kind === "people") return [name, parsePeople(text)];
    return [name, action.type === "update_crm" && text === "" ? null : text];
  });
  return { ...action.params, ...Object.fromEntries(edited) };
}

type Recipient = { email: string; name: string | null };

function peopleText(people: readonly Recipient[]): string {
  return people.map(({ name, email }) => (name === null ? email : `${name} <${email}>`)).join("\n");
}

function parsePeople(text: string): Recipient[] {
  const lines = text.split("\n").map((line) => line.trim().replace(/\s*,$/, ""));
  return lines.filter(Boolean).map((line) => {
    const named = /^(.*)<([^<>]*)>$/.exec(line);
    if (named === null) return { email: line, name: null };
    const [, name = "", email = ""] = named;
    return { email: email.trim(), name: name.trim() || null };
  });
}
