import { expect, test } from "vitest";
import { ANA, actionId, BEN, browser, HASH, ORIGIN, snapshot } from "#web/sample-site.ts";
import { sampleDesk } from "../sample-desk.ts";

const FOREIGN = { id: "hubspot:2", name: "Ben Okafor", email: BEN, time_zone: null, manager: null };
const pick = (number: number, hash = HASH) => ["pick", `${actionId(number)}:${hash}`];

async function send(fields: string[][]) {
  const actions = [snapshot(1), snapshot(2), snapshot(3, { action: { owner: FOREIGN } })];
  const { desk, commands } = sampleDesk({ actions });
  const headers = await browser(ANA);
  const body = new URLSearchParams(fields);
  const answer = await desk.request(`${ORIGIN}/approvals/bulk`, { method: "POST", headers, body });
  return { status: answer.status, page: await answer.text(), kinds: commands.map(({ decision }) => decision.kind) };
}

test("each that is chosen is decided under the hash that was read", async () => {
  const { status, kinds } = await send([["verb", "approve"], pick(1), pick(2)]);
  expect([status, kinds]).toEqual([303, ["approve", "approve"]]);
});

test("what is another's is refused by name, and the rest is decided", async () => {
  const { status, page, kinds } = await send([["verb", "snooze"], pick(1), pick(3)]);
  expect([status, kinds]).toEqual([409, ["snooze"]]);
  expect(page).toContain("1 of 2 decided");
  expect(page).toContain("This belongs to Ben Okafor");
});

test.each([
  ["nothing chosen", [["verb", "approve"]]],
  ["a verb that bulk has not", [["verb", "undo"], pick(1)]],
  ["more than a page holds", [["verb", "approve"], ...Array.from({ length: 51 }, () => pick(1))]],
])("%s decides nothing", async (_what, fields) => {
  const { status, kinds } = await send(fields);
  expect([status, kinds]).toEqual([422, []]);
});

test("a rejection without a reason, and an approval without a hash, decide nothing", async () => {
  expect(await send([["verb", "reject"], pick(1)])).toMatchObject({ status: 409, kinds: [] });
  expect(
    await send([
      ["verb", "approve"],
      ["pick", actionId(1)],
    ]),
  ).toMatchObject({ status: 409, kinds: [] });
});
