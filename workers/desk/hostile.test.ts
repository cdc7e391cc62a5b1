// What an outsider can write (deal names, mails, facts, reasons, query strings) reaches the pages as text and leads
// nobody away.
import { describe, expect, test } from "vitest";
import { ANA, actionId, browser, HASH, MAIL, OLA, ORIGIN, snapshot } from "#web/sample-site.ts";
import { sampleDesk } from "./sample-desk.ts";

const EVIL = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;
const PERSON = { id: "email:x", name: EVIL, email: ANA };
const LINE = { label: EVIL, value: EVIL };

function hostile() {
  const content = {
    ...MAIL,
    params: { ...MAIL.params, subject: EVIL, body: EVIL, thread_id: EVIL, to: [{ email: ANA, name: EVIL }] },
  };
  const fields = { subject_name: EVIL, content, note: EVIL, held: { reason: EVIL, until: null }, escalated_to: PERSON };
  const owner = { ...PERSON, time_zone: null, manager: null };
  const full = (number: number, more: Parameters<typeof snapshot>[1] = {}) => {
    const made = snapshot(number, { ...fields, action: { reason: EVIL, owner }, ...more });
    return { ...made, action: { ...made.action, facts: [LINE] } };
  };
  const effect = {
    external_id: "1",
    url: "javascript:alert(1)",
    summary: EVIL,
    at: "2026-11-21T12:00:00.000Z",
    undo: null,
  };
  return [
    full(1),
    full(2, { state: "unknown", error: EVIL }),
    full(3, { state: "executed", effect, undo_until: "2026-11-21T13:00:00.000Z", undo_note: EVIL }),
  ];
}

const by = { kind: "person", id: EVIL, via: "page" } as const;
const controls = {
  pauses: [{ on: { scope: "all" } as const, reason: EVIL, by, at: "2026-11-21T11:00:00.000Z" }],
  autopilot: {},
};

describe("a page", () => {
  test.each([
    "/approvals",
    `/approvals/${actionId(1)}`,
    `/approvals/${actionId(1)}/edit`,
    `/approvals/${actionId(3)}`,
    "/settings",
    `/people?email=${encodeURIComponent(EVIL)}`,
    `/approvals?view=${encodeURIComponent(EVIL)}&done=${encodeURIComponent(EVIL)}&action=${encodeURIComponent(EVIL)}`,
    `/approvals/${encodeURIComponent(EVIL)}`,
    `/link/${encodeURIComponent(EVIL)}`,
  ])("%s shows hostile text as text, and links to nothing but pages", async (path) => {
    const { desk } = sampleDesk({ actions: hostile(), controls });
    const page = await (await desk.request(ORIGIN + path, { headers: await browser(OLA) })).text();
    expect(page).not.toMatch(/<img src=x|<script>alert|javascript:/);
    for (const [, href] of page.matchAll(/\s(?:href|action)="([^"]*)"/g)) expect(href).toMatch(/^(\/(?!\/)|#)/);
  });
});

test("no query and no form leads to another site", async () => {
  const attempts = ["//evil.example", "https://evil.example", "/\\evil.example", "\r\nLocation: https://evil.example"];
  for (const attempt of attempts.map(encodeURIComponent)) {
    const { desk } = sampleDesk({ actions: [snapshot(1)] });
    const headers = await browser(ANA);
    const query = `?next=${attempt}&view=${attempt}&return_to=${attempt}&url=${attempt}`;
    const body = new URLSearchParams({ content_hash: HASH, next: attempt, email: ANA });
    const answers = [
      await desk.request(`${ORIGIN}/${query}`, { headers }),
      await desk.request(`${ORIGIN}/sign-in${query}`, { method: "POST", headers, body }),
      await desk.request(`${ORIGIN}/approvals/${actionId(1)}/approve${query}`, { method: "POST", headers, body }),
      await desk.request(`${ORIGIN}/sign-out${query}`, { method: "POST", headers }),
    ];
    for (const answer of answers) expect(answer.headers.get("location")).toMatch(/^\/[a-z]/);
  }
});

test("an edit can't send in another's name", async () => {
  const { desk, commands } = sampleDesk({ actions: [snapshot(1)] });
  const headers = { ...(await browser(ANA)), "content-type": "application/json" };
  const params = { ...MAIL.params, from: "ceo@northwind.example" };
  const body = JSON.stringify({ content_hash: HASH, params });
  const answer = await desk.request(`${ORIGIN}/api/approvals/${actionId(1)}/edit`, { method: "POST", headers, body });
  expect([answer.status, commands]).toEqual([422, []]);
});

test("the socket opens for our own pages alone", async () => {
  const { desk } = sampleDesk();
  const headers = await browser(ANA);
  const connect = async (more: Record<string, string>) =>
    (await desk.request(`${ORIGIN}/live`, { headers: { ...headers, ...more } })).status;
  expect(await connect({ upgrade: "websocket", origin: ORIGIN })).toBe(200);
  expect(await connect({ upgrade: "websocket", origin: "https://evil.example" })).toBe(404);
  expect(await connect({ upgrade: "websocket" })).toBe(404);
  expect(await connect({ origin: ORIGIN })).toBe(404);
});
