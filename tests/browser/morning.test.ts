// People at work at the same time: what is decided in one place is gone from the others at once, nobody approves what
// they have not read, and nobody decides on what is not theirs.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANA, dealChange, putDeal } from "../support/deals.ts";
import { card, noChromium, Office, SHOTS } from "./office.ts";

const BEN = "ben.okafor@northwind.example";
const DANA = "dana.lee@northwind.example";
const OPERATOR = "operator@localhost";

describe.skipIf(noChromium)("a morning", () => {
  const office = new Office();
  beforeAll(() => office.open());
  afterAll(() => office.close());

  test("what another approves is gone from an open page at once, without a reload", async () => {
    const id = await office.draft("811");
    const page = await office.signIn(ANA);
    const told: string[] = [];
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => told.push(String(payload))));
    await page.reload();
    await card(page, "811").waitFor();
    const hash = await card(page, "811").locator("[name=content_hash]").inputValue();
    const started = Date.now();
    const answer = await office.pipeline.post(`/api/approvals/${id}/approve`, { content_hash: hash });
    expect(answer.status).toBe(200);
    await card(page, "811").waitFor({ state: "detached" });
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(told.join()).toContain(id);
    await office.becomes("811", "executed");
    await page.getByText("Recently decided").waitFor();
  });

  test("a new draft appears on an open page by itself", async () => {
    const page = await office.signIn(ANA);
    await office.draft("812");
    await card(page, "812").waitFor();
  });

  test("a page that is behind an edit can't approve: it shows how it reads now", async () => {
    await office.draft("813");
    const stale = await office.signIn(ANA, { javaScriptEnabled: false });
    const other = await office.signIn(ANA, { javaScriptEnabled: false });
    await card(other, "813").getByRole("link", { name: "Edit" }).click();
    await other.getByLabel("Subject").fill("Not what you read");
    await other.getByRole("button", { name: "Save" }).click();
    await card(stale, "813")
      .getByRole("button", { name: /approve/i })
      .click();
    await stale.getByRole("heading", { name: "The draft has changed meanwhile" }).waitFor();
    await stale.getByText("Not what you read").waitFor();
    expect((await office.action("813"))?.state).toBe("pending");
    // Read, it can be approved from there.
    await stale.getByRole("button", { name: /approve/i }).click();
    await office.becomes("813", "executed");
  });

  test("several are decided at once, by keyboard, and one is put off", async () => {
    for (const deal of ["821", "822", "823"]) await office.draft(deal);
    const page = await office.signIn(ANA);
    for (const deal of ["821", "822"]) {
      await card(page, deal).focus();
      await page.keyboard.press("x");
    }
    await page.screenshot({ path: `${SHOTS}/approvals-bulk.png`, fullPage: true });
    await page.getByLabel("Reject, because").fill("Already done");
    await page.getByRole("form", { name: "All that are chosen" }).getByRole("button", { name: "Reject" }).click();
    await page.getByText("All that you chose are decided.").waitFor();
    await office.becomes("821", "rejected");
    await office.becomes("822", "rejected");
    await card(page, "823").focus();
    await page.keyboard.press("s");
    await page.keyboard.press("Enter");
    await page.getByText(/Put off: /).waitFor();
    expect((await office.action("823"))?.state).toBe("pending");
  });

  test("what ran by itself can be taken back from its page while its time lasts", async () => {
    const { pipeline, origin } = office;
    await putDeal(pipeline, "835", { dealstage: "closedwon", hs_is_closed: "true", hs_is_closed_won: "true" });
    await pipeline.hubspot([dealChange("835", "dealstage", "closedwon")]);
    await office.becomes("835", "executed");
    const page = await office.signIn(ANA);
    await page.goto(`${origin}/approvals/${(await office.action("835"))?.id}`);
    await page.getByText(/whoever saw it has seen it/).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText(/Being taken back: /).waitFor();
    await office.pipeline.until("the undo", async () => /^compensat/.test((await office.action("835"))?.state ?? ""));
  });

  test("a manager sees the team's and hands one over; a rep decides on nobody else's", async () => {
    const id = await office.draft("831");
    const ben = await office.signIn(BEN);
    await ben.goto(`${office.origin}/approvals/${id}`);
    await ben.getByText(/This belongs to Ana Duarte/).waitFor();
    expect(await ben.getByRole("button", { name: /approve/i }).count()).toBe(0);

    const dana = await office.signIn(DANA);
    await dana.getByRole("heading", { name: /waiting for your team/i }).waitFor();
    await card(dana, "831").getByText("Hand over", { exact: true }).first().click();
    await card(dana, "831")
      .getByLabel(/to whom/i)
      .fill(BEN);
    await card(dana, "831").getByRole("button", { name: "Hand over" }).click();
    await dana.getByText(/Handed over/).waitFor();
    await ben.goto(`${office.origin}/approvals/${id}`);
    await ben.getByRole("button", { name: /approve/i }).waitFor();
  });

  test("what is paused says so, and runs by itself for nobody", async () => {
    await office.draft("841");
    const operator = await office.signIn(OPERATOR);
    await operator.goto(`${office.origin}/settings`);
    await operator.getByLabel("Because").first().fill("Quarter close");
    await operator.getByRole("button", { name: "Pause everything" }).click();
    await operator.getByText("Paused everything: Quarter close").waitFor();
    const page = await office.signIn(ANA);
    await card(page, "841").getByText("Held back").waitFor();
    await card(page, "841")
      .getByText(/Paused by operator@localhost: Quarter close/)
      .waitFor();
    await operator.getByRole("button", { name: "Resume" }).click();
    await operator.getByText("Nothing is paused.").waitFor();
  });

  test("whom nobody has added is told whom to ask", async () => {
    const page = await office.signIn("stranger@northwind.example");
    await page.getByRole("heading", { name: "You are not known here yet" }).waitFor();
  });
});
