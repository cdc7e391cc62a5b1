// The page of the sandbox: what every system received, newest first, for people who watch a demo.
// Rule: everything shown came from outside and is escaped (hono/html does); the page reads and never changes anything
// but by the reset button.
import { html } from "hono/html";
import { crmTables } from "./crm-tables.ts";
import type { Deps } from "./deps.ts";
import { readFault } from "./faults.ts";
import type { Item } from "./page-section.ts";
import { mailboxes } from "./systems/gmail/mailbox.ts";
import { header, parseMail } from "./systems/gmail/rfc822.ts";
import { crm } from "./systems/hubspot/records.ts";
import { SYSTEM_NAMES, SYSTEMS } from "./systems/registry.ts";
import { workspace } from "./systems/slack/workspace.ts";

const SHOWN = 50;
/** Of each system; the older ones are folded away. */
const OPEN = 5;
const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
h1 { font-size: 1.25rem; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
nav { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
ul { list-style: none; margin: 0; padding: 0; }
li { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; margin: .5rem 0; overflow-wrap: anywhere; }
small, .empty { opacity: .75; } pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .25rem 0 0; font: inherit; max-height: 15rem; overflow: auto; }
.requests td:not(:nth-child(3)) { white-space: nowrap; }
summary { padding: .25rem 0; cursor: pointer; }
table { border-collapse: collapse; width: 100%; font-size: .8125rem; } td, th { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.failed { font-weight: 600; } button { font: inherit; padding: .25rem .75rem; }
`;

/** The page; `refresh` is how often it reloads itself, in whole seconds from 1 to 60 (else it does not). */
export async function page(deps: Deps, refresh: string | undefined): Promise<Response> {
  const seconds = /^([1-9]|[1-5]\d|60)$/.test(refresh ?? "") ? Number(refresh) : null;
  const requests = SYSTEM_NAMES.flatMap((name) => deps.store.requests(name, SHOWN))
    .sort((a, b) => b.seq - a.seq)
    .slice(0, SHOWN);
  const faults = SYSTEM_NAMES.flatMap((name) => {
    const fault = readFault(deps.store, name);
    return fault === null ? [] : [`${name} ${JSON.stringify(fault)}`];
  });
  const sections: Shown[] = [
    { title: "Slack", empty: "No message yet.", items: slackItems(deps) },
    {
      title: "Sent mail",
      empty: "No mail sent yet; a draft is sent when it is approved or its time is up.",
      items: mailItems(deps, "SENT"),
    },
    { title: "Drafts", empty: "No draft waits in a mailbox.", items: mailItems(deps, "DRAFT") },
    { title: "HubSpot tasks by dealwire", empty: "No task yet.", items: taskItems(deps) },
    ...SYSTEM_NAMES.flatMap((name) => SYSTEMS[name].section ?? []).map(({ title, empty, items }) => {
      return { title, empty, items: items(deps) };
    }),
  ];
  const body = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
${seconds === null ? "" : html`<meta http-equiv="refresh" content="${seconds}">`}
<title>Sandbox – dealwire</title><link rel="stylesheet" href="data:text/css,${encodeURIComponent(STYLE)}">
</head>
<body>
<header><nav><h1>Sandbox</h1><a href="/approvals">Approvals</a><a href="/signals">Signals</a>
<a href="/sandbox/">refresh</a>
${seconds === null ? html`<a href="?refresh=3">refresh by itself</a>` : html`<a href="?">stop refreshing</a>`}
<form method="post" action="/sandbox/reset"><button>Reset to the sample book</button></form></nav>
<nav aria-label="Systems">${sections.map(({ title, items }) => html`<a href="#${anchor(title)}">${title} (${items.length})</a> `)}<a href="#in-the-crms">In the CRMs</a> <a href="#requests">Requests</a></nav>
<p><small>What the stand-ins for the outside systems received. Nothing here left this machine. <a href="/sandbox/state">As JSON</a></small></p></header>
<main>
${faults.length === 0 ? "" : html`<p class="failed">Faults are on: ${faults.join("; ")}</p>`}
${sections.map(section)}
<h2 id="in-the-crms">In the CRMs</h2>
${crmTables(deps).map(
  ({ title, count, rows }) => html`<details><summary>${title}: ${count}</summary><table><tbody>
${rows.map(({ id, at, text }) => html`<tr><td><time datetime="${at}">${at.slice(0, 10)}</time></td><td>${text}</td><td>${id}</td></tr>`)}
</tbody></table></details>`,
)}
<h2 id="requests">Requests</h2>
${
  requests.length === 0
    ? html`<p class="empty">No request yet. Send one: <code>npm run signal -- hubspot deal-idle</code></p>`
    : html`<table class="requests"><thead><tr><th>time</th><th>system</th><th>request</th><th>status</th></tr></thead><tbody>
${requests.map((one) => html`<tr><td><time datetime="${one.at}">${clock(one.at)}</time></td><td>${one.system}</td><td>${one.method} ${one.path}</td><td class="${one.status >= 400 ? "failed" : ""}">${one.status}${one.fault === null ? "" : ` (${one.fault})`}</td></tr>`)}
</tbody></table>`
}
</main></body></html>`;
  const policy = "default-src 'none'; style-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  return new Response(String(body), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "cache-control": "no-store",
    },
  });
}

type Shown = { title: string; empty: string; items: readonly Item[] };

function section({ title, empty, items }: Shown) {
  const shown = items.toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, SHOWN);
  const older = shown.slice(OPEN);
  return html`<h2 id="${anchor(title)}">${title}</h2>
${shown.length === 0 ? html`<p class="empty">${empty}</p>` : list(shown.slice(0, OPEN))}
${older.length === 0 ? "" : html`<details><summary>${older.length} older</summary>${list(older)}</details>`}`;
}

function list(items: readonly Item[]) {
  return html`<ul>${items.map(({ at, title, text }) => html`<li><small><time datetime="${at}">${clock(at)}</time> · ${title}</small><pre tabindex="0">${text}</pre></li>`)}</ul>`;
}

function anchor(title: string): string {
  return title.toLowerCase().replaceAll(" ", "-");
}

function slackItems(deps: Deps): Item[] {
  const { messages, channels } = workspace(deps);
  return messages.list().map((message) => ({
    at: new Date(Number(message.ts) * 1_000).toISOString(),
    title: `#${channels.get(message.channel)?.name ?? message.channel}`,
    text: message.text,
  }));
}

function mailItems(deps: Deps, label: string): Item[] {
  const labelled = mailboxes(deps)
    .messages.list()
    .filter((message) => message.label_ids.includes(label));
  return labelled.map(({ raw, mailbox, internal_date }) => {
    const mail = parseMail(raw);
    const subject = mail === null ? "" : (header(mail, "Subject") ?? "");
    const to = mail === null ? "" : (header(mail, "To") ?? "");
    return {
      at: new Date(internal_date).toISOString(),
      title: `${mailbox} → ${to} · ${subject}`,
      text: mail?.text ?? raw,
    };
  });
}

function taskItems(deps: Deps): Item[] {
  const ours = crm(deps)
    .list("tasks")
    .filter(({ properties }) => properties.dealwire_action_id);
  return ours.map(({ id, properties, created_at }) => ({
    at: created_at,
    title: `task ${id} · due ${properties.hs_timestamp ?? "–"}`,
    text: `${properties.hs_task_subject ?? ""}\n${properties.hs_task_body ?? ""}`.trim(),
  }));
}

/** Time of day in UTC, with the date left to the `datetime` attribute. */
function clock(at: string): string {
  return `${at.slice(11, 19)} UTC`;
}
