// Decisions over the real Workers: by a signed link, over what nobody knows, and who sees what while it waits.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { linkPath } from "../workers/desk/links.ts";
import { ANA, dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";
import { putPlan } from "./support/plans.ts";

const SECRET = parseEnv(readFileSync("sandbox/local.env", "utf8")).SESSION_SECRET ?? "";
const [BEN, VERA] = ["ben.okafor@northwind.example", "vera.viewer@northwind.example"];
const SAME = { "sec-fetch-site": "same-origin" };

const p = new Pipeline();
beforeAll(async () => {
  await p.start();
  for (const [email, role] of [
    [ANA, "rep"],
    [BEN, "rep"],
    [VERA, "viewer"],
  ]) {
    await p.query(
      "INSERT OR REPLACE INTO people (email, name, role, updated_at) VALUES (?, ?, ?, '')",
      email,
      email,
      role,
    );
  }
});
afterAll(() => p.stop());

/** A follow-up of Ana's that waits. */
async function waiting(dealId: string): Promise<ActionSnapshot> {
  await putDeal(p, dealId);
  const accepted: Accepted = await (await p.hubspot([dealChange(dealId)])).json();
  return becomes(accepted.signals[0]?.signal_id ?? "", "pending");
}

const becomes = (signalId: string, state: ActionSnapshot["state"], version = 0) =>
  p.until(`an action ${state}`, async () =>
    (await p.signal(signalId))?.actions.find((each) => each.state === state && each.version > version),
  );

async function as(email: string): Promise<Record<string, string>> {
  const answer = await p.fetch("/sign-in", { method: "POST", body: new URLSearchParams({ email }) });
  return { ...SAME, cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "" };
}

const stepOf = (signalId: string, step: string) =>
  p.until(step, async () => (await p.signal(signalId))?.trail.find((each) => each.step === step));

async function linkTo({ action }: ActionSnapshot, email: string): Promise<Response> {
  return p.fetch(`/api/approvals/${action.action_id}/link`, {
    method: "POST",
    headers: { ...(await as(email)), "content-type": "application/json" },
    body: JSON.stringify({ verb: "approve", content_hash: action.content_hash }),
  });
}

test("a link is opened by whoever scans mails and decides nothing, and its button decides once, as its person", async () => {
  const pending = await waiting("741");
  const { url }: { url: string } = await (await linkTo(pending, ANA)).json();
  const { pathname } = new URL(url);
  for (const method of ["GET", "HEAD", "GET"]) expect((await p.fetch(pathname, { method })).status).toBe(200);
  for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }]) {
    expect((await p.fetch(pathname, { method: "POST", headers })).status).toBe(403);
  }
  expect(await p.signal(pending.signal_id)).toMatchObject({ actions: [{ state: "pending" }] });

  expect((await p.fetch(pathname, { method: "POST", headers: SAME })).status).toBe(200);
  expect((await p.fetch(pathname, { method: "POST", headers: SAME })).status).toBe(409);
  expect(await becomes(pending.signal_id, "executed")).toMatchObject({ decided_by: { id: ANA, via: "link" } });
  expect(await stepOf(pending.signal_id, "approved")).toMatchObject({
    actor: { id: ANA, via: "link" },
    data: { from: "pending", content_hash: pending.action.content_hash },
  });
});

test("a link that is old, another's, about other content, or made up decides nothing", async () => {
  const pending = await waiting("742");
  const { action_id, content_hash } = pending.action;
  const claims = { sub: ANA, verb: "approve", action_id, content_hash } as const;
  const made = (more: Partial<typeof claims> | { sub: string }, at = Date.now(), secret = SECRET) =>
    linkPath({ ...claims, ...more }, secret, at, 3_600);
  const refused: [string, string][] = [
    ["expired", await made({}, Date.now() - 7_200_000)],
    ["signed by somebody else", await made({}, Date.now(), "another secret")],
    ["of a colleague", await made({ sub: BEN })],
    ["of a viewer", await made({ sub: VERA })],
    ["of somebody who is gone", await made({ sub: "gone@northwind.example" })],
  ];
  for (const [what, path] of refused) {
    expect((await p.fetch(path, { method: "POST", headers: SAME })).status, what).toBe(403);
  }
  expect((await linkTo(pending, BEN)).status).toBe(403);

  const before = await made({});
  const body = JSON.stringify({ content_hash, params: { ...pending.action.params, subject: "Another subject" } });
  const headers = { ...(await as(ANA)), "content-type": "application/json" };
  expect((await p.fetch(`/api/approvals/${action_id}/edit`, { method: "POST", headers, body })).status).toBe(200);
  expect(await (await p.fetch(before)).text()).toContain("no longer what this link was made for");
  expect((await p.fetch(before, { method: "POST", headers: SAME })).status).toBe(409);
  const edited = await stepOf(pending.signal_id, "edited");
  expect(edited).toMatchObject({ data: { from: "pending", content_hash, new_content_hash: expect.any(String) } });
  expect(await p.signal(pending.signal_id)).toMatchObject({ actions: [{ state: "pending" }] });
});

test("what somebody may not see is nowhere for them, and there for those who may", async () => {
  const pending = await waiting("743");
  const { signal_id, action } = pending;
  const paths = [`/approvals/${action.action_id}`, `/approvals/${action.action_id}/edit`, `/signals/${signal_id}`];
  const read = async (path: string, email: string) => {
    const answer = await p.fetch(path, { headers: { ...(await as(email)), accept: "text/html" } });
    return { status: answer.status, text: await answer.text() };
  };
  for (const path of [...paths, `/api/signals/${signal_id}`]) expect((await read(path, BEN)).status, path).toBe(403);
  for (const path of ["/approvals", "/api/approvals", "/signals", "/api/signals"]) {
    expect((await read(path, BEN)).text, path).not.toContain("hubspot:743");
    expect((await read(path, ANA)).text, path).toMatch(/hubspot:743|Deal 743/);
    expect((await read(path, VERA)).text, path).toMatch(/hubspot:743|Deal 743/);
  }
  expect((await read(`/api/approvals?owner=${ANA}`, BEN)).status).toBe(403);
  expect((await read("/dead-letters", ANA)).status).toBe(403);
});

test("a follow-up that waits is moot once somebody was in touch with the customer", async () => {
  const { signal_id, version } = await waiting("746");
  await p.hubspot([dealChange("746", "notes_last_contacted", String(Date.now()))]);
  expect(await becomes(signal_id, "superseded", version)).toMatchObject({
    note: "somebody was in touch with the customer meanwhile",
  });
});

test("what nobody knows whether it happened waits for a person, who says so on the page or over the API", async () => {
  const mail = (subject: string) => ({
    type: "draft_followup",
    target: "resend",
    idempotency_key: "the-same-key",
    params: { from: ANA, to: [{ email: "lea@querbus.example", name: null }], subject, body: "Hi", thread_id: null },
  });
  await putPlan(p, "744", [mail("One")]);
  await p.until("the first mail", async () => (await p.sandbox("resend")).records.emails?.length === 1);
  const [id = ""] = await putPlan(p, "745", [mail("Another, under the key of the first")]);
  const signalId = await p.until("the plan", async () => {
    const [row] = await p.query("SELECT signal_id FROM approvals WHERE action_id = ? AND state = 'unknown'", id);
    return row === undefined ? null : String(row.signal_id);
  });

  const page = await (await p.fetch(`/approvals/${id}`, { headers: await as(ANA) })).text();
  expect(page).toContain(`action="/approvals/${id}/settle"`);
  const body = new URLSearchParams({ happened: "no" });
  const said = await p.fetch(`/approvals/${id}/settle`, { method: "POST", headers: await as(ANA), body });
  expect(said.status).toBe(303);
  expect(await stepOf(signalId, "settled")).toMatchObject({
    actor: { id: ANA, via: "page" },
    data: { from: "unknown" },
  });
  // It runs again in her name, and ends in the same doubt.
  const { version } = await p.until("the doubt again", async () =>
    (await p.signal(signalId))?.actions.find((each) => each.state === "unknown" && each.released_by === "approval"),
  );
  const settle = { happened: true, note: "It is in the outbox." };
  expect((await p.post(`/api/approvals/${id}/settle`, settle)).status).toBe(200);
  expect(await becomes(signalId, "executed", version)).toMatchObject({ note: "It is in the outbox." });
  expect((await p.sandbox("resend")).records.emails).toHaveLength(1);
});
