import { describe, expect, test } from "vitest";
import type { ActionContent } from "#contract/action.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { ANA, actionId, BEN, browser, HASH, MAIL, ORIGIN, SIGNAL_ID, snapshot, VERA } from "#web/sample-site.ts";
import { sampleDesk, type World } from "../sample-desk.ts";

const BEN_OWNER = { id: "hubspot:2", name: "Ben Okafor", email: BEN, time_zone: null, manager: null };

const ID = actionId(1);
const EVIL = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;

async function open(world: Partial<World>, path = "/approvals", email = ANA): Promise<string> {
  const response = await sampleDesk(world).desk.request(ORIGIN + path, { headers: await browser(email) });
  return response.text();
}

async function send(
  desk: ReturnType<typeof sampleDesk>["desk"],
  verb: string,
  fields: Record<string, string>,
  email = ANA,
) {
  const body = new URLSearchParams(fields);
  const headers = await browser(email);
  const response = await desk.request(`${ORIGIN}/approvals/${ID}/${verb}`, { method: "POST", body, headers });
  return { status: response.status, headers: response.headers, page: await response.text() };
}

describe("the list", () => {
  test("shows why, to whom, the whole draft, the deadline in UTC, and the hash that approves it", async () => {
    const page = await open({ actions: [snapshot(1)] });
    expect(page).toContain("No activity for 14 days, and the deal closes in 12.");
    expect(page).toContain('Lea Brandt <span class="address">lea.brandt@querbus.example</span>');
    expect(page).toContain("it has been two weeks since we spoke.");
    expect(page).toContain("Sends by itself");
    expect(page).toContain(">in 4 h<");
    expect(page).toContain("21 Nov, 16:00 UTC");
    expect(page).toContain(`name="content_hash" value="${HASH}"`);
  });

  test("shows what happened around the deal before, each as a way to its trail", async () => {
    const seen = { signal_id: SIGNAL_ID, event: "page.viewed", fired_at: "2026-11-19T12:00:00.000Z" };
    const page = await open({ actions: [snapshot(1, { action: { recent_signals: [seen] } })] });
    expect(page).toContain(`<a href="/signals/${SIGNAL_ID}">Page viewed</a>`);
    expect(page).toContain(">2 d ago<");
    expect(await open({ actions: [snapshot(1)] })).not.toContain("Lately");
  });

  test("names whom an id of the CRM stands for, where it is known", async () => {
    const content = {
      type: "create_task",
      target: "hubspot",
      params: {
        subject: "Call Lea",
        body: "",
        due_at: "2026-11-22T09:00:00.000Z",
        owner_id: "hubspot:101",
        importance: "high",
        kind: "call",
        deal_id: "hubspot:332507367156",
        contact_ids: ["hubspot:7"],
        account_id: null,
      },
    } satisfies ActionContent;
    const page = await open({ actions: [snapshot(1, { content })] });
    expect(page).toContain('Ana Duarte <span class="address">hubspot:101</span>');
    expect(page).toContain('Querbus – platform rollout <span class="address">hubspot:332507367156</span>');
    expect(page).toContain("Can be undone for 1 d: the task is deleted.");
  });

  test("counts down to when it really runs, and says why that is later", async () => {
    const due_at = "2026-11-23T09:00:00.000Z";
    const held = { reason: "runs unattended only from 09:00 to 17:00 in Europe/London", until: due_at };
    const page = await open({ actions: [snapshot(1, { due_at, held })] });
    expect(page).toContain(">in 1 d 21 h<");
    expect(page).toContain("23 Nov, 09:00 UTC");
    expect(page).toContain("It waits: runs unattended only from 09:00 to 17:00 in Europe/London.");
  });

  test("says that an action expires where it would not run by itself", async () => {
    const page = await open({
      actions: [
        snapshot(1, { action: { approval: { ttl_seconds: 60, on_timeout: "expire", escalate_before_seconds: 0 } } }),
      ],
    });
    expect(page).toContain("Expires");
    expect(page).not.toContain("by itself");
  });

  test("is the rep's own and nobody's, whatever the address asks for", async () => {
    const actions = [snapshot(1, { action: { owner: BEN_OWNER } })];
    for (const path of ["/approvals", "/approvals?view=everyone", "/approvals?view=team"]) {
      expect(await open({ actions }, path)).toContain("Nothing waits for you");
    }
    for (const path of [`/approvals/${ID}`, `/approvals/${ID}/edit`]) {
      const page = await open({ actions }, path);
      expect(page).toContain("This belongs to Ben Okafor");
      expect(page).not.toContain("it has been two weeks since we spoke.");
    }
  });

  test("is everyone's for a viewer, who has no buttons", async () => {
    const page = await open({ actions: [snapshot(1)] }, "/approvals", VERA);
    expect(page).toContain("it has been two weeks since we spoke.");
    expect(page).toContain("You can look at everything and decide on nothing.");
    expect(page).not.toContain('<form method="post" action="/approvals/');
  });

  test("tells of what was decided just now, and of nothing that a cookie only claims", async () => {
    const theirs = snapshot(1, { subject_name: "A secret deal", state: "released", action: { owner: BEN_OWNER } });
    const { desk } = sampleDesk({ actions: [theirs] });
    const headers = await browser(ANA);
    const cookie = `${headers.cookie}; dealwire-decided=${ID}`;
    const answer = await desk.request(`${ORIGIN}/approvals?done=approve&action=${ID}`, {
      headers: { ...headers, cookie },
    });
    expect(await answer.text()).not.toContain("A secret deal");
  });

  test("escapes whatever came from outside, in every field", async () => {
    const content = {
      ...MAIL,
      params: {
        from: ANA,
        to: [{ email: ANA, name: EVIL }],
        subject: EVIL,
        body: `</p>${EVIL}`,
        thread_id: EVIL,
        deliver: "send" as const,
      },
    };
    const evil = snapshot(1, { subject_name: EVIL, content, action: { reason: EVIL }, note: EVIL });
    const settled = snapshot(2, { state: "failed", error: EVIL, note: EVIL, subject_name: EVIL });
    for (const path of ["/approvals", `/approvals/${ID}`, `/approvals/${ID}/edit`]) {
      const page = await open({ actions: [evil, settled] }, path);
      expect(page).not.toContain("<img src=x");
      expect(page).not.toContain("<script>alert");
      expect(page).toContain("&lt;img src=x");
    }
  });

  test("links effects only where they lead to the web", async () => {
    const effect = {
      external_id: "1",
      url: "javascript:alert(1)",
      summary: "Posted",
      at: "2026-11-21T12:00:00.000Z",
      undo: null,
    };
    const page = await open({ actions: [snapshot(1, { state: "executed", effect })] });
    expect(page).toContain("Posted");
    expect(page).not.toContain("javascript:");
  });

  test("weighs less than 50 KB with a full page of actions", async () => {
    const page = await open({ actions: Array.from({ length: 10 }, (_, number) => snapshot(number)) });
    expect(page.length).toBeLessThan(50_000);
  });
});

describe("a form", () => {
  test("that approves is answered with a redirect, and the next page shows the fresh state", async () => {
    const now = new Map<string, ActionSnapshot>();
    const world = { actions: [snapshot(1), snapshot(2)], now };
    const { desk, commands } = sampleDesk(world);
    const answer = await send(desk, "approve", { content_hash: HASH });
    expect(answer.status).toBe(303);
    expect(commands[0]).toMatchObject({
      actor: { id: ANA, via: "page" },
      decision: { kind: "approve", content_hash: HASH },
    });

    now.set(ID, snapshot(1, { state: "released", version: 3, due_at: null }));
    const headers = await browser(ANA);
    const cookie = `${headers.cookie}; ${answer.headers.get("set-cookie")?.split(";")[0]}`;
    const next = await desk.request(ORIGIN + (answer.headers.get("location") ?? ""), {
      headers: { ...headers, cookie },
    });
    const page = await next.text();
    expect(page).toContain("Approved: Follow-up e-mail for Querbus – platform rollout.");
    expect(page).toContain("On its way");
    expect(page).not.toContain(`<article class="card" id="${ID}"`);
    expect(page).toContain(`<article class="card" id="${actionId(2)}"`);
  });

  test("that approved what can be taken back leads to a line that offers it, while it can", async () => {
    const flash = async (undo_until: string) => {
      const done = snapshot(1, { state: "executed", due_at: null, undo_until, undo_note: "The task is deleted." });
      const headers = await browser(ANA);
      const page = await sampleDesk({ actions: [done] }).desk.request(`${ORIGIN}/approvals?done=approve&action=${ID}`, {
        headers: { ...headers, cookie: `${headers.cookie}; dealwire-decided=${ID}` },
      });
      return (await page.text()).split('id="live"')[0];
    };
    expect(await flash("2026-11-21T12:10:00.000Z")).toContain(`action="/approvals/${ID}/undo"`);
    const late = await flash("2026-11-21T11:50:00.000Z");
    expect(late).toContain("Approved: ");
    expect(late).not.toContain("/undo");
  });

  test("that approves what has changed shows how it reads now, with its new hash", async () => {
    const changed = snapshot(1, { action: { content_hash: "c".repeat(64) } });
    const refusal = { ok: false, code: "stale_content", message: "stale", snapshot: changed } as const;
    const { desk } = sampleDesk({ actions: [snapshot(1)], decide: () => ({ ok: true, value: refusal }) });
    const answer = await send(desk, "approve", { content_hash: HASH });
    expect(answer.status).toBe(409);
    expect(answer.page).toContain("The draft has changed meanwhile");
    expect(answer.page).toContain(`name="content_hash" value="${"c".repeat(64)}"`);
  });

  test("that rejects without a reason is told so, and nothing is decided", async () => {
    const { desk, commands } = sampleDesk({ actions: [snapshot(1)] });
    const answer = await send(desk, "reject", { reason: " " });
    expect([answer.status, commands]).toEqual([422, []]);
    expect(answer.page).toContain("say why");
  });

  test("that puts off sends seconds", async () => {
    const { desk, commands } = sampleDesk({ actions: [snapshot(1)] });
    expect((await send(desk, "snooze", { seconds: "3600" })).status).toBe(303);
    expect(commands[0]?.decision).toEqual({ kind: "snooze", seconds: 3_600 });
  });

  test("on another rep's action is refused with the name of whose it is", async () => {
    const actions = [snapshot(1, { action: { owner: BEN_OWNER } })];
    const answer = await send(sampleDesk({ actions }).desk, "approve", { content_hash: HASH });
    expect(answer.status).toBe(403);
    expect(answer.page).toContain("Ben Okafor");
  });
});

describe("editing", () => {
  const fields = { content_hash: HASH, to: "lea.brandt@querbus.example", subject: "Hello", body: "One\r\ntwo" };

  test("sends whole params, of which only the texts on the form have changed", async () => {
    const { desk, commands } = sampleDesk({ actions: [snapshot(1)] });
    const answer = await send(desk, "edit", { ...fields, from: "ceo@northwind.example" });
    expect(answer.status).toBe(303);
    const to = [{ email: "lea.brandt@querbus.example", name: null }];
    const params = { from: ANA, to, deliver: "send", subject: "Hello", body: "One\ntwo", thread_id: null };
    expect(commands[0]?.decision).toEqual({ kind: "edit", content_hash: HASH, params });
  });

  test("with something missing keeps what was typed and says what", async () => {
    const { desk, commands } = sampleDesk({ actions: [snapshot(1)] });
    const answer = await send(desk, "edit", { ...fields, to: "not an address", subject: "Kept subject" });
    expect([answer.status, commands]).toEqual([422, []]);
    expect(answer.page).toContain("Not saved yet");
    expect(answer.page).toContain("Kept subject");
  });

  test("of what changed meanwhile shows both versions and saves nothing", async () => {
    const changed = snapshot(1, {
      decided_by: { kind: "person", id: BEN, via: "page" },
      action: { content_hash: "c".repeat(64) },
    });
    const refusal = { ok: false, code: "stale_content", message: "stale", snapshot: changed } as const;
    const { desk } = sampleDesk({ actions: [snapshot(1)], decide: () => ({ ok: true, value: refusal }) });
    const answer = await send(desk, "edit", { ...fields, body: "My own words" });
    expect(answer.status).toBe(409);
    expect(answer.page).toContain(`${BEN} changed this while you were writing`);
    expect(answer.page).toContain("My own words");
    expect(answer.page).toContain(`value="${"c".repeat(64)}"`);
  });

  test("is not offered once it no longer waits", async () => {
    const page = await open({ actions: [snapshot(1, { state: "executed" })] }, `/approvals/${ID}/edit`);
    expect(page).toContain("no longer waiting");
  });
});
