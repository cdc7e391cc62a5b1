// An operator's five minutes with the rules, in real Chromium without JavaScript: a mistake found, a version saved,
// tried on the past, activated and rolled back; read by a rep; at phone width and in the dark.
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SHIPPED } from "#rules/default.fixture.ts";
import { ANA } from "../support/deals.ts";
import { noChromium, Office, SHOTS } from "./office.ts";

const OPERATOR = "operator@localhost";
const BIG_DEAL_RULE = `rules:
  - id: big-deal-idle
    for: The team hears of a big deal that has gone quiet.
    priority: 90
    when: has(deal.amount) && deal.amount > 40000 && deal.is_open
    then:
      - do: send_alert
        with: { text: "{{ deal.name }} has gone quiet." }
`;

describe.skipIf(noChromium)("the rules", () => {
  const office = new Office();
  beforeAll(async () => {
    await office.open();
    await office.draft("951");
  });
  afterAll(() => office.close());

  async function rulesPage(email: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await office.signIn(email, options);
    await page.getByRole("link", { name: "Rules", exact: true }).click();
    await page.getByRole("heading", { name: "Rules", exact: true }).waitFor();
    return page;
  }

  test("from a mistake to a version in force and back, without JavaScript", async () => {
    const page = await rulesPage(OPERATOR, { javaScriptEnabled: false });
    await page.getByRole("link", { name: "New version" }).click();
    const rules = page.getByLabel("Rules, YAML or JSON");
    const mine = SHIPPED.document.replace(/^rules:\n/m, BIG_DEAL_RULE);
    await rules.fill(mine.replace("deal.is_open\n    then", "deal.is_opne\n    then"));
    await page.getByLabel("What is different, and why").fill("Alert on big deals.");
    await page.getByRole("button", { name: "Save as a new version" }).click();
    await page.getByRole("heading", { name: "One mistake; nothing was saved" }).waitFor();
    expect(await page.getByRole("alert").textContent()).toMatch(/Line \d+, column \d+ in big-deal-idle.*is_opne/s);
    await page.screenshot({ path: `${SHOTS}/rules-mistake-1280.png`, fullPage: true });

    await rules.fill(mine);
    await page.getByRole("button", { name: "Save as a new version" }).click();
    await page.getByText("It counts nothing until it is activated.").waitFor();
    expect(await page.locator(".diff").textContent()).toContain("+   - id: big-deal-idle");

    await page.getByRole("button", { name: "Run backtest" }).click();
    await page.getByRole("heading", { name: "By rule" }).waitFor();
    expect(await page.getByRole("status").textContent()).toContain("1 of 1 signals evaluated.");
    expect(await page.getByRole("row", { name: /big-deal-idle/ }).textContent()).toContain("+1");
    expect(await page.locator("main").textContent()).toContain("Deal 951 has gone quiet.");
    await page.screenshot({ path: `${SHOTS}/rules-backtest-1280.png`, fullPage: true });

    await page.getByRole("link", { name: "Back to the version" }).click();
    await page.getByText("Activate", { exact: true }).click();
    await page.getByRole("button", { name: /^Activate 2/ }).click();
    await page.getByText("In force, everywhere within 30 seconds.").waitFor();
    await page.screenshot({ path: `${SHOTS}/rules-version-1280.png`, fullPage: true });
    await page.getByText("Roll back", { exact: true }).click();
    await page.getByRole("button", { name: `Roll back to ${SHIPPED.version}` }).click();
    await page.getByRole("heading", { name: SHIPPED.version }).waitFor();
    await page.goto(`${office.origin}/rules`);
    await page.screenshot({ path: `${SHOTS}/rules-1280.png`, fullPage: true });
  });

  test("a rep reads the rules and is offered no change, nor a look at everybody's deals", async () => {
    const page = await rulesPage(ANA);
    expect(await page.getByRole("link", { name: "New version" }).count()).toBe(0);
    await page.getByRole("link", { name: SHIPPED.version }).first().click();
    await page.getByRole("heading", { name: "The document" }).waitFor();
    for (const name of ["Run backtest", "Activate"])
      expect(await page.getByText(name, { exact: true }).count()).toBe(0);
  });

  test("no page is wider than a phone, in the dark either", async () => {
    const options = { colorScheme: "dark", viewport: { width: 375, height: 800 } } as const;
    const page = await rulesPage(OPERATOR, options);
    for (const path of ["/rules", "/rules/edit", `/rules/${SHIPPED.version}`]) {
      await page.goto(`${office.origin}${path}`);
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBe(375);
    }
    await page.getByRole("button", { name: "Run backtest" }).click();
    await page.getByRole("heading", { name: "By rule" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(375);
    await page.screenshot({ path: `${SHOTS}/rules-backtest-375-dark.png`, fullPage: true });
  });
});
