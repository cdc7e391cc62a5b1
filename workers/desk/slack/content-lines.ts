// An action's content as the lines of a card. Rule: everything that the content hash covers is a line or the body,
// because whoever approves on the card must be able to read it there.
import { escapeMrkdwn, slackTime } from "#connectors/slack-mrkdwn.ts";
import type { ActionContent } from "#contract/action.ts";
import { threadWords } from "#web/components/words.ts";

export type ContentLines = {
  /** Label and value; the value is mrkdwn already. */
  lines: readonly (readonly [label: string, value: string])[];
  /** Plain text, or null. */
  body: string | null;
};

export function contentLines(content: ActionContent): ContentLines {
  const { lines, body } = linesOf(content);
  const all: Lines["lines"] = [...lines, ["Through", content.target]];
  return { lines: all.flatMap(([label, value]) => (value === null || value === "" ? [] : [[label, value]])), body };
}

type Lines = { lines: [string, string | null][]; body: string | null };

function linesOf(content: ActionContent): Lines {
  switch (content.type) {
    case "draft_followup": {
      const { from, to, subject, body, thread_id, deliver } = content.params;
      const people = to.map(({ name, email }) => (name === null ? email : `${name} <${email}>`)).join(", ");
      const lines: Lines["lines"] = [
        ["To", escaped(people)],
        ["From", escaped(from)],
        ["Thread", thread_id === null ? null : escaped(threadWords(thread_id))],
        ["Delivered", deliver === "draft" ? "left in your drafts" : null],
        ["Subject", escaped(subject)],
      ];
      return { lines, body };
    }
    case "update_crm": {
      const { record, object, property, value } = content.params;
      const lines: Lines["lines"] = [
        ["Record", escaped(`${object} ${record}`)],
        ["Set", escaped(property)],
        ["To", value === null ? "_empty_" : null],
      ];
      return { lines, body: value };
    }
    case "create_task": {
      const { subject, body, due_at, owner_id, importance, kind, deal_id, contact_ids, account_id } = content.params;
      const about = [deal_id, account_id, ...contact_ids].filter((id) => id !== null).join(", ");
      const lines: Lines["lines"] = [
        ["Task", escaped(subject)],
        ["For", escaped(owner_id ?? "nobody yet")],
        ["Due", slackTime(due_at)],
        ["Kind", `${kind}, ${importance} importance`],
        ["About", escaped(about)],
      ];
      return { lines, body };
    }
    case "send_alert": {
      const { channel, text, url, to_email, thread_key } = content.params;
      const lines: Lines["lines"] = [
        ["Channel", escaped(channel ?? "the default alert channel")],
        ["To", to_email === null ? null : escaped(to_email)],
        ["Link", url === null ? null : escaped(url)],
        ["Thread", thread_key === null ? null : escaped(thread_key)],
      ];
      return { lines, body: text };
    }
    case "enroll_sequence": {
      const { sequence_id, contact_id, sender } = content.params;
      const lines: Lines["lines"] = [
        ["Sequence", escaped(sequence_id)],
        ["Contact", escaped(contact_id)],
        ["Sender", escaped(sender)],
      ];
      return { lines, body: null };
    }
  }
}

/** One line stays one line, or a name with a line break could pretend to be another field. */
function escaped(value: string): string {
  return escapeMrkdwn(value.replaceAll(/\s+/g, " ").trim());
}
