// What somebody does who is called at night: from a message in Slack to the webhook behind it and back, by one id; and from
// a filter over dead letters to their replay.
import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dealChange, putDeal } from "../support/deals.ts";
import type { Accepted } from "../support/pipeline.ts";
import { noChromium, Office, SHOTS } from "./office.ts";

const OPERATOR = "operator@localhost";
const WON = { dealstage: "closedwon", hs_is_closed: "true", hs_is_closed_won: "true" };

describe.skipIf(noChromium)("at night", () => {
  const office = new Office();
  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    await office.open();
  });
  afterAll(() => office.close());

  async function won(deal: string): Promise<Accepted["signals"][number]> {
    await putDeal(office.pipeline, deal, WON);
    const answer = await office.pipeline.hubspot([dealChange(deal, "dealstage", "closedwon")]);
    const { signals }: Accepted = await answer.json();
    if (signals[0] === undefined) throw new Error("not accepted");
    return signals[0];
  }

  test("a message in Slack leads to the webhook behind it, and the webhook's id back to the message", async () => {
    const { pipeline, origin } = office;
    const { signal_id, correlation_id } = await won("871");
    const message = await pipeline.until("the message in Slack", async () =>
      (await pipeline.sandbox("slack")).records.messages?.find(({ text }) => String(text).includes("Deal 871")),
    );
    const [, link = ""] = /<([^|>]+)\|Why this\?>/.exec(JSON.stringify(message.blocks)) ?? [];
    expect(link).toContain(correlation_id);
    await office.becomes("871", "executed");

    const page = await office.signIn(OPERATOR);
    await page.goto(link.replace(/^https?:\/\/[^/]+/, origin));
    await page.waitForURL(new RegExp(`/signals/${signal_id}$`));
    await page.getByText("Received deal.stage_changed from hubspot.").waitFor();
    await page.getByText(correlation_id).waitFor();
    await page.screenshot({ path: `${SHOTS}/trail.png`, fullPage: true });

    // The answer to the webhook named the trace; whoever has that finds the message.
    await page.goto(`${origin}/signals`);
    await page.getByLabel("Words of the trail, a signal or a trace").fill(correlation_id);
    await page.getByRole("button", { name: "Search" }).click();
    await page.waitForURL(new RegExp(`/signals/${signal_id}$`));
    await page.getByText(`${message.channel}/${message.ts}`).waitFor();

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Export as JSON" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${signal_id}.json`);
  });

  test("letters of a filter are previewed and replayed, and the replay is a branch of the trail", async () => {
    const { pipeline, origin } = office;
    await pipeline.faults({ hubspot: { rate: 1, status: 401 } });
    const { signal_id } = await won("872");
    await pipeline.until("the letter", async () => {
      const [row] = await pipeline.query("SELECT count(*) AS n FROM dead_letters WHERE signal_id = ?", signal_id);
      return row?.n === 1;
    });
    await pipeline.faults({});

    const page = await office.signIn(OPERATOR);
    await page.goto(`${origin}/dead-letters`);
    await page.getByRole("link", { name: "All letters" }).click();
    await page.getByLabel("Queue").fill("plans");
    await page.getByRole("button", { name: "Filter" }).click();
    await page.getByText("None here.").waitFor();
    await page.getByLabel("Queue").fill("signals");
    await page.getByLabel("Code").fill("credentials");
    await page.getByRole("button", { name: "Filter" }).click();
    await page.getByRole("heading", { name: "1 dead letter waits" }).waitFor();
    expect(new URL(page.url()).search).toContain("queue=signals&");
    await page.screenshot({ path: `${SHOTS}/letters.png`, fullPage: true });

    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByRole("heading", { name: "Replay 1 dead letter?" }).waitFor();
    expect(new URL(page.url()).search).toContain("queue=signals&code=credentials");
    await page.getByRole("button", { name: "Replay 1" }).click();
    await page.getByRole("heading", { name: "Replayed: 1 of 1" }).waitFor();
    await office.becomes("872", "executed");
    await pipeline.settle(2);

    await page.goto(`${origin}/signals/${signal_id}`);
    const branch = page.locator(".branch");
    await branch.getByText(`Replayed from enrich by ${OPERATOR}.`).waitFor();
    await branch.getByText("posted to Slack channel").first().waitFor();
    await page.screenshot({ path: `${SHOTS}/branch.png`, fullPage: true });
  });
});
