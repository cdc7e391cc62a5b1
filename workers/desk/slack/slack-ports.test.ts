import { expect, test } from "vitest";
import { ANA, NOON, snapshot } from "#web/sample-site.ts";
import { readLink } from "../links.ts";
import { slackCards } from "./slack-ports.ts";

const SETTINGS = {
  PUBLIC_URL: "https://dealwire.example/",
  SLACK_API_URL: "https://slack.test/api",
  SLACK_BOT_TOKEN: "xoxb-1",
  SLACK_SIGNING_SECRET: "s",
  SESSION_SECRET: "a secret for tests",
};
const HOUR_MS = 3_600_000;
const never = () => Promise.reject(new Error("not asked in this test"));
const cards = (changes: Partial<typeof SETTINGS> = {}) =>
  slackCards(
    { ...SETTINGS, ...changes },
    {
      sql: never,
      people: { identify: never },
      deal: { list: never, decide: never },
      fetch: never,
      now: () => NOON,
      log: () => {},
    },
  );

test("a card's link is its reader's, about what it shows, and good until it is due and at least a day", async () => {
  const url = await cards()?.linkTo(snapshot(1, { due_at: new Date(NOON + 48 * HOUR_MS).toISOString() }), ANA);
  const token = url?.slice("https://dealwire.example/link/".length) ?? "";
  const { action_id, content_hash } = snapshot(1).action;
  const read = (hours: number) => readLink(token, SETTINGS.SESSION_SECRET, NOON + hours * HOUR_MS);
  expect(await read(47)).toEqual({ sub: ANA, verb: "approve", action_id, content_hash });
  expect(await read(49)).toBeNull();
});

test("without a token there are no cards, without a secret or an address no links", async () => {
  expect(cards({ SLACK_BOT_TOKEN: " " })).toBeNull();
  expect(await cards({ SESSION_SECRET: "" })?.linkTo(snapshot(1), ANA)).toBeNull();
  expect(await cards({ PUBLIC_URL: "" })?.linkTo(snapshot(1), ANA)).toBeNull();
});
