// Two hands on one action at the same moment, and a page whose connection comes and goes: one effect, and what each
// window says is true.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANA, dealChange, putDeal } from "../support/deals.ts";
import { card, noChromium, Office, SHOTS } from "./office.ts";

const DANA = "dana.lee@northwind.example";
const ANA_SLACK = { user: "U0ANADUARTE", channel: "D0ANADUARTE" };

describe.skipIf(noChromium)("at the same moment", () => {
  const office = new Office();
  beforeAll(() => office.open());
  afterAll(() => office.close());

  const approve = (page: Page, deal: string) =>
    card(page, deal)
      .getByRole("button", { name: /approve/i })
      .click();
  /** What the window says once its button was answered, whichever was faster. */
  const told = (page: Page) => page.getByText(/^Approved: |This is no longer waiting/).first();

  const mailsSent = async () => (await office.pipeline.sandbox("gmail")).records.messages?.length ?? 0;

  /** The card in Ana's messages that shows the action. */
  const slackCard = (id: string) =>
    office.pipeline.until(`a card of ${id}`, async () => {
      const { records } = await office.pipeline.sandbox("slack");
      return (records.messages ?? []).find(({ blocks }) => JSON.stringify(blocks ?? []).includes(id));
    });
  const clickApprove = ({ ts }: { [field: string]: unknown }) =>
    office.pipeline.post("/sandbox/slack/click", { ...ANA_SLACK, ts, action_id: "approve" });

  test("a rep in two windows and the manager who all press Approve send one mail, and none shows it as waiting", async () => {
    await office.draft("861");
    const before = await mailsSent();
    const windows = await Promise.all([ANA, ANA, DANA].map((email) => office.signIn(email)));
    await Promise.all(windows.map((page) => card(page, "861").waitFor()));
    await Promise.all(windows.map((page) => approve(page, "861")));
    await Promise.all(windows.map((page) => told(page).waitFor()));
    await office.becomes("861", "executed");
    expect((await mailsSent()) - before).toBe(1);
    for (const page of windows) {
      await page.goto(`${office.origin}/approvals`);
      await page.getByText("Recently decided").waitFor();
      expect(await card(page, "861").count()).toBe(0);
    }
  });

  test("Slack and a page that approve at once send one mail, and both say so", async () => {
    const id = await office.draft("862");
    const before = await mailsSent();
    const page = await office.signIn(ANA);
    await card(page, "862").waitFor();
    const message = await slackCard(id);
    const [, clicked] = await Promise.all([approve(page, "862"), clickApprove(message)]);
    expect(clicked.status).toBe(200);
    await told(page).waitFor();
    await office.becomes("862", "executed");
    expect((await mailsSent()) - before).toBe(1);
    await office.pipeline.until("the card in Slack", async () =>
      JSON.stringify((await slackCard(id)).blocks).includes("*Approved*"),
    );
    const approved = await office.pipeline.query(
      "SELECT at FROM trail WHERE step = 'approved' AND signal_id = (SELECT signal_id FROM approvals WHERE action_id = ?)",
      id,
    );
    expect(approved).toHaveLength(1);
  });

  test("what is approved in Slack is gone from the page at once, and shows up among what was decided", async () => {
    const id = await office.draft("863");
    const page = await office.signIn(ANA);
    await card(page, "863").waitFor();
    await page.evaluate("window.stayed = true");
    await clickApprove(await slackCard(id));
    await card(page, "863").waitFor({ state: "detached" });
    await page.getByRole("region", { name: "Recently decided" }).getByRole("link", { name: "Deal 863" }).waitFor();
    expect(await page.evaluate("window.stayed")).toBe(true);
  });

  test("without a socket the page polls: what is new appears and what was decided goes", async () => {
    await office.draft("864");
    const page = await office.newPage();
    await page.routeWebSocket(/\/live$/, (socket) => socket.close());
    await office.enter(page, ANA);
    await card(page, "864").waitFor();
    const id = await office.draft("865");
    await card(page, "865").waitFor();
    await office.pipeline.post(`/api/approvals/${id}/reject`, { reason: "Spoke to them" });
    await card(page, "865").waitFor({ state: "detached" });
    expect(await card(page, "864").count()).toBe(1);
  });

  test("a page that lost its connection says so, keeps what was typed, and recovers", async () => {
    await office.draft("866");
    const page = await office.newPage();
    await page.routeWebSocket(/\/live$/, (socket) => socket.close());
    await office.enter(page, ANA);
    const draft = card(page, "866");
    await draft.getByRole("link", { name: "Edit" }).click();
    await draft.getByLabel("Subject").fill("Typed in a tunnel");
    await page.context().setOffline(true);
    await draft.getByRole("button", { name: "Save" }).click();
    await draft.getByText("What you wrote is still here").waitFor();
    expect(await draft.getByLabel("Subject").inputValue()).toBe("Typed in a tunnel");
    await draft.getByRole("link", { name: "Cancel" }).click();
    await page.getByText("No connection: what you see may have changed").waitFor();
    await page.screenshot({ path: `${SHOTS}/approvals-offline.png` });
    await page.context().setOffline(false);
    await page.getByText("No connection: what you see may have changed").waitFor({ state: "hidden" });
  });

  test("what was approved can be taken back from the line that says so, by its key", async () => {
    await office.pipeline.post("/api/controls/autopilot", { type: "send_alert", level: "approve" });
    await putDeal(office.pipeline, "867", { dealstage: "closedwon", hs_is_closed: "true", hs_is_closed_won: "true" });
    await office.pipeline.hubspot([dealChange("867", "dealstage", "closedwon")]);
    const page = await office.signIn(ANA);
    const alert = card(page, "867").filter({ hasText: "Slack alert" });
    await alert.waitFor();
    await alert.focus();
    await page.keyboard.press("a");
    const news = page.getByRole("status").filter({ hasText: "Approved: Slack alert" });
    await news.getByRole("button", { name: "Undo" }).waitFor();
    await page.screenshot({ path: `${SHOTS}/approvals-undo.png` });
    await page.keyboard.press("u");
    await page.getByText(/Being taken back: /).waitFor();
    await office.pipeline.until("the undo", async () => {
      const [row] = await office.pipeline.query(
        "SELECT state FROM approvals WHERE subject = 'hubspot:867' AND type = 'send_alert'",
      );
      return /^compensat/.test(String(row?.state));
    });
  });
});
