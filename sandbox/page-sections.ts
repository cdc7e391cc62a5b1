// The three sections of the sandbox page: Slack's messages, the mailboxes, HubSpot's newest records.
// Rule: read only; each shows at most SHOWN entries and says so when there is nothing.
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import * as z from "zod";
import type { Deps } from "./deps.ts";
import { mailboxes } from "./systems/gmail/mailbox.ts";
import { header, parseMail } from "./systems/gmail/rfc822.ts";
import { crm } from "./systems/hubspot/records.ts";
import { type Message, workspace } from "./systems/slack/workspace.ts";

const SHOWN = 20;

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

function section(id: string, title: string, empty: string, cards: readonly Html[]): Html {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${cards.length === 0 ? html`<p class="soft">${empty}</p>` : html`<ol>${cards}</ol>`}
</section>`;
}

const clock = (iso: string) => html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;

/** Messages with their blocks' texts and buttons. */
export function slackSection(deps: Deps): Html {
  const slack = workspace(deps);
  const newest = slack.messages.list().sort((a, b) => Number(b.ts) - Number(a.ts));
  const cards = newest.slice(0, SHOWN).map((message) => {
    const channel = slack.channels.get(message.channel);
    const person = channel?.user ? slack.users.get(channel.user)?.real_name : undefined;
    const { texts, buttons } = blockParts(message);
    return html`<li class="card">
<h3>${person ?? `#${channel?.name ?? message.channel}`}</h3>
${clock(new Date(Number(message.ts) * 1_000).toISOString())} ${message.edited_ts === null ? "" : html`<span class="soft">edited</span>`}
<pre>${texts.length > 0 ? texts.join("\n") : message.text}</pre>
${buttons.map((label) => html`<span class="chip">${label}</span>`)}
</li>`;
  });
  return section("slack", "Slack", "No message has been posted yet.", cards);
}

const TextObject = z.object({ text: z.string() });
const BlockParts = z.object({
  text: TextObject.optional(),
  fields: z.array(TextObject).optional(),
  elements: z.array(z.object({ type: z.string(), text: z.union([z.string(), TextObject]).optional() })).optional(),
});

function blockParts(message: Message): { texts: string[]; buttons: string[] } {
  const texts: string[] = [];
  const buttons: string[] = [];
  for (const block of message.blocks ?? []) {
    const parts = BlockParts.safeParse(block).data;
    if (parts?.text) texts.push(parts.text.text);
    texts.push(...(parts?.fields ?? []).map((field) => field.text));
    for (const { type, text } of parts?.elements ?? []) {
      const label = typeof text === "string" ? text : text?.text;
      if (label !== undefined) (type === "button" ? buttons : texts).push(label);
    }
  }
  return { texts, buttons };
}

/** Sent mails and drafts of all mailboxes. */
export function mailSection(deps: Deps): Html {
  const newest = mailboxes(deps)
    .messages.list()
    .filter((message) => !message.label_ids.includes("INBOX"))
    .sort((a, b) => b.internal_date - a.internal_date);
  const cards = newest.slice(0, SHOWN).map((message) => {
    const mail = parseMail(message.raw);
    const shown = (name: string) => (mail === null ? "" : (header(mail, name) ?? ""));
    const state = message.label_ids.includes("SENT") ? "Sent" : "Draft";
    return html`<li class="card">
<h3>${shown("Subject") || "(no subject)"}</h3>
<p><span class="chip">${state}</span> ${clock(new Date(message.internal_date).toISOString())}</p>
<dl><dt>Mailbox</dt><dd>${message.mailbox}</dd><dt>To</dt><dd>${shown("To")}</dd></dl>
<pre>${mail?.text ?? ""}</pre>
</li>`;
  });
  return section("mail", "Mailboxes", "No draft and no sent mail yet.", cards);
}

const SHOWN_PROPERTIES: Readonly<Record<"tasks" | "notes" | "deals", readonly string[]>> = {
  tasks: ["hs_task_body", "hs_task_status", "hs_task_priority", "hs_task_type", "hs_timestamp", "dealwire_action_id"],
  notes: ["hs_note_body", "hs_timestamp", "dealwire_action_id"],
  deals: ["dealstage", "amount", "closedate", "hs_next_step"],
};

/** Tasks, notes and deals, by their last change. */
export function crmSection(deps: Deps): Html {
  const records = crm(deps);
  const types = ["tasks", "notes", "deals"] as const;
  const newest = types
    .flatMap((type) => records.list(type).map((object) => ({ type, object })))
    .filter(({ object }) => !object.archived)
    .sort((a, b) => (a.object.updated_at < b.object.updated_at ? 1 : -1));
  const cards = newest.slice(0, SHOWN).map(({ type, object: { id, properties, updated_at: at } }) => {
    const title = properties.hs_task_subject ?? properties.dealname ?? "Note";
    const rows = SHOWN_PROPERTIES[type].filter((name) => properties[name]);
    return html`<li class="card">
<h3>${title}</h3>
<p><span class="chip">${type.slice(0, -1)} ${id}</span> ${clock(at)}</p>
<dl>${rows.map((name) => html`<dt>${name}</dt><dd>${properties[name] ?? ""}</dd>`)}</dl>
</li>`;
  });
  return section("hubspot", "HubSpot", "The CRM is empty.", cards);
}
