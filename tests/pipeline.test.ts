// The promises of the pipeline, end to end: real queues, D1 and Durable Objects from the real wrangler.toml files.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { ANA, dealChange, putDeal } from "./support/deals.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";

const pipeline = new Pipeline();
beforeAll(() => pipeline.start());
beforeEach(() => pipeline.reset());
afterAll(() => pipeline.stop());

const accepted = async (response: Response): Promise<Accepted> => {
  expect(response.status).toBe(202);
  return response.json();
};
const firstSignal = (answer: Accepted) => answer.signals[0]?.signal_id ?? "";

/** The action of a type that a signal led to, once it is in a state. */
const actionOf = (signalId: string, type: string, state: ActionSnapshot["state"]) =>
  pipeline.until(`${type} of ${signalId} ${state}`, async () =>
    (await pipeline.signal(signalId))?.actions.find((each) => each.action.type === type && each.state === state),
  );
const decide = (action: ActionSnapshot, verb: string, body: unknown) =>
  pipeline.post(`/api/approvals/${action.action.action_id}/${verb}`, body);
const approve = (action: ActionSnapshot) => decide(action, "approve", { content_hash: action.action.content_hash });
const slackMessages = async () => (await pipeline.sandbox("slack")).records.messages ?? [];
const sentMail = async () => (await pipeline.sandbox("gmail")).records.messages ?? [];
const tasks = async () => (await pipeline.sandbox("hubspot")).records.tasks ?? [];

describe("a HubSpot webhook", () => {
  test("becomes one Slack message, two tasks and one approved mail, with the whole trail in D1", async () => {
    await putDeal(pipeline, "701");
    await putDeal(pipeline, "702", { dealstage: "closedwon", hs_is_closed: "true", hs_is_closed_won: "true" });
    await putDeal(pipeline, "703", { notes_last_updated: new Date().toISOString() });
    const before = {
      slack: (await slackMessages()).length,
      mail: (await sentMail()).length,
      tasks: (await tasks()).length,
    };

    const answer = await accepted(
      await pipeline.hubspot([
        dealChange(701),
        dealChange(702, "dealstage", "closedwon"),
        dealChange(703, "competitors", "Globex"),
      ]),
    );
    expect(answer).toMatchObject({ accepted: 3, ignored: 0, rejected: 0 });
    const [idle = "", won = "", rival = ""] = answer.signals.map(({ signal_id }) => signal_id);

    const draft = await actionOf(idle, "draft_followup", "pending");
    expect(draft.due_at).not.toBeNull();
    expect((await approve(draft)).status).toBe(200);
    await Promise.all([
      actionOf(idle, "draft_followup", "executed"),
      actionOf(won, "send_alert", "executed"),
      actionOf(won, "create_task", "executed"),
      actionOf(rival, "create_task", "executed"),
    ]);
    expect(await slackMessages()).toHaveLength(before.slack + 1);
    expect(await sentMail()).toHaveLength(before.mail + 1);
    expect(await tasks()).toHaveLength(before.tasks + 2);

    await pipeline.settle(3);
    const fates = await pipeline.query("SELECT fate FROM signals");
    expect(fates.map(({ fate }) => fate)).toEqual(["executed", "executed", "executed"]);
    const steps = await pipeline.query(
      "SELECT layer, step, correlation_id FROM trail WHERE signal_id = ? ORDER BY at, event_id",
      idle,
    );
    const told = steps.map(({ layer, step }) => `${layer} ${step}`);
    for (const step of [
      "ingest received",
      "enrich enriched",
      "decide decided",
      "deal proposed",
      "deal approved",
      "deal executed",
    ]) {
      expect(told).toContain(step);
    }
    expect(new Set(steps.map(({ correlation_id }) => correlation_id))).toEqual(
      new Set([answer.signals[0]?.correlation_id]),
    );
  });

  test("delivered ten times has the effects of one", async () => {
    await putDeal(pipeline, "704", { dealstage: "closedwon", hs_is_closed: "true", hs_is_closed_won: "true" });
    const before = (await slackMessages()).length;
    const event = dealChange(704, "dealstage", "closedwon");
    const deliveries = Array.from({ length: 10 }, (_, attemptNumber) =>
      pipeline.hubspot([{ ...event, attemptNumber }]),
    );
    const answers = await Promise.all((await Promise.all(deliveries)).map(accepted));
    expect(new Set(answers.map(firstSignal)).size).toBe(1);
    await actionOf(
      firstSignal(answers[0] ?? { accepted: 0, ignored: 0, rejected: 0, signals: [] }),
      "send_alert",
      "executed",
    );
    await pipeline.settle(1);
    await pipeline.until("all ten deliveries on the trail", async () => {
      const [row] = await pipeline.query("SELECT count(*) AS n FROM trail WHERE step = 'decided'");
      return row?.n === 10;
    });
    expect(await slackMessages()).toHaveLength(before + 1);
  });

  test("about a deal that closed takes back what waited on it", async () => {
    await putDeal(pipeline, "705");
    const idle = firstSignal(await accepted(await pipeline.hubspot([dealChange(705)])));
    await actionOf(idle, "draft_followup", "pending");
    await putDeal(pipeline, "705", { dealstage: "closedlost", hs_is_closed: "true", hs_is_closed_won: "false" });
    await accepted(await pipeline.hubspot([dealChange(705, "dealstage", "closedlost")]));
    const moot = await actionOf(idle, "draft_followup", "superseded");
    expect((await approve(moot)).status).toBe(409);
    expect((await pipeline.signal(idle))?.signal.fate).toBe("superseded");
  });

  test("of which one event in a hundred is broken leaves ninety-nine signals and one dead letter", async () => {
    const events: unknown[] = Array.from({ length: 100 }, () => dealChange("332507367156", "description", "x"));
    events[42] = { subscriptionType: "deal.propertyChange", occurredAt: "yesterday" };
    const answer = await accepted(await pipeline.hubspot(events));
    expect(answer).toMatchObject({ accepted: 99, rejected: 1 });
    await pipeline.settle(99);
    const letters = await pipeline.until("the dead letter", async () => {
      const rows = await pipeline.query("SELECT * FROM dead_letters");
      return rows.length > 0 && rows;
    });
    expect(letters).toMatchObject([{ queue: "signals", stage: "ingest", code: "invalid_event" }]);
    expect(String(letters[0]?.event)).toContain("yesterday");
  });
});

describe("a message on a queue", () => {
  test("with one poison event among a hundred leaves ninety-nine processed and one dead letter", async () => {
    await accepted(await pipeline.hubspot([dealChange("332507367156", "description", "x")]));
    await pipeline.settle(1);
    const golden = JSON.parse(readFileSync("contract/golden/signal.received.v1.json", "utf8"));
    const letters = "abcdefghijklmnopqrstuvwxyz";
    const pack = Array.from({ length: 100 }, (_, n) => ({
      ...golden,
      event_id: golden.event_id.slice(0, -4) + String(n).padStart(4, "0"),
      payload: {
        ...golden.payload,
        payload: { event: "deal.property_changed" },
        signal_id: `sig_${"b".repeat(24)}${letters[n % 26]}${letters[Math.floor(n / 26)]}`,
      },
    }));
    pack[42] = { ...pack[42], payload: { ...pack[42]?.payload, urgency: "whenever" } };
    await (await pipeline.queue("ingest", "SIGNALS")).send(JSON.stringify(pack), { contentType: "text" });
    await pipeline.until("the other ninety-nine decided", async () => {
      const [row] = await pipeline.query("SELECT count(*) AS n FROM trail WHERE step = 'decided'");
      return row?.n === 100;
    });
    const dead = await pipeline.until("the dead letter", async () => {
      const rows = await pipeline.query("SELECT code, stage, reason FROM dead_letters");
      return rows.length > 0 && rows;
    });
    expect(dead).toMatchObject([{ code: "malformed", stage: "enrich", reason: expect.stringContaining("/urgency") }]);
  });
});

describe("when HubSpot fails", () => {
  test("four times, the fifth attempt succeeds", async () => {
    await putDeal(pipeline, "706");
    await pipeline.faults({ hubspot: { rate: 1, status: 503, times: 4 } });
    const signal = firstSignal(await accepted(await pipeline.hubspot([dealChange(706)])));
    await actionOf(signal, "draft_followup", "pending");
    const [enriched] = await pipeline.query(
      "SELECT attempt FROM trail WHERE signal_id = ? AND step = 'enriched'",
      signal,
    );
    expect(enriched?.attempt).toBe(5);
  });

  test("for good, the signal is a dead letter with the reason and nothing is lost", async () => {
    await putDeal(pipeline, "707");
    await pipeline.faults({ hubspot: { rate: 1, status: 503 } });
    const signal = firstSignal(await accepted(await pipeline.hubspot([dealChange(707)])));
    await pipeline.until("its fate", async () => (await pipeline.signal(signal))?.signal.fate === "dead_lettered");
    const [letter] = await pipeline.query("SELECT * FROM dead_letters WHERE signal_id = ?", signal);
    expect(letter).toMatchObject({ stage: "enrich", code: "attempts_exhausted", attempts: 5, state: "open" });
    expect(String(letter?.reason)).toContain("503");
    expect(JSON.parse(String(letter?.event))).toMatchObject({ payload: { signal_id: signal } });
  });
});

test("an alert that Slack refuses for good fails, and the dead letter keeps Slack's word", async () => {
  await putDeal(pipeline, "708", { dealstage: "closedwon" });
  const left = { name: "deals", is_member: false, user: null };
  const channel = "/sandbox/slack/records/channels/C0DEALS001";
  expect((await pipeline.fetch(channel, { method: "PUT", body: JSON.stringify(left) })).status).toBe(200);
  const signal = firstSignal(await accepted(await pipeline.hubspot([dealChange(708, "dealstage", "closedwon")])));
  const alert = await actionOf(signal, "send_alert", "failed");
  expect(alert.error).toContain("not_in_channel");
  const letter = await pipeline.until("the dead letter", async () => {
    const [row] = await pipeline.query("SELECT * FROM dead_letters WHERE signal_id = ?", signal);
    return row;
  });
  expect(letter).toMatchObject({ queue: "actions", stage: "execute", code: "rejected_by_upstream" });
  expect(letter.reason).toContain("not_in_channel");
  expect((await pipeline.signal(signal))?.signal.fate).toBe("dead_lettered");
});

describe("approvals", () => {
  const pendingDraft = async (dealId: string) => {
    await putDeal(pipeline, dealId);
    return actionOf(
      firstSignal(await accepted(await pipeline.hubspot([dealChange(dealId)]))),
      "draft_followup",
      "pending",
    );
  };

  test("a rep's edit is what goes out", async () => {
    const draft = await pendingDraft("710");
    if (draft.action.type !== "draft_followup") throw new Error("not a draft");
    const edited = await decide(draft, "edit", {
      content_hash: draft.action.content_hash,
      params: {
        ...draft.action.params,
        subject: "Five minutes on Thursday?",
        body: "Hi,\n\nThursday at ten – does that work?\n\nAna",
      },
    });
    expect(edited.status).toBe(200);
    const { action }: { action: ActionSnapshot } = await edited.json();
    expect((await approve(action)).status).toBe(200);
    await actionOf(draft.signal_id, "draft_followup", "executed");
    const mail = JSON.stringify(await sentMail());
    expect(mail).toContain("Five minutes on Thursday?");
  });

  test("approving with the content hash from before an edit is refused, and nothing goes out", async () => {
    const draft = await pendingDraft("711");
    if (draft.action.type !== "draft_followup") throw new Error("not a draft");
    await decide(draft, "edit", {
      content_hash: draft.action.content_hash,
      params: { ...draft.action.params, subject: "Changed" },
    });
    const refused = await approve(draft);
    expect(refused.status).toBe(409);
    expect(refused.headers.get("content-type")).toContain("application/problem+json");
    expect(await refused.json()).toMatchObject({ status: 409, snapshot: { state: "pending" } });
    expect(await sentMail()).toEqual([]);
  });

  test("two approvals at once have one effect", async () => {
    const draft = await pendingDraft("712");
    const answers = await Promise.all([approve(draft), approve(draft), approve(draft)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    await actionOf(draft.signal_id, "draft_followup", "executed");
    expect(await sentMail()).toHaveLength(1);
  });

  test("a rejected action never runs and keeps the reason", async () => {
    const draft = await pendingDraft("713");
    expect((await decide(draft, "reject", {})).status).toBe(422);
    expect((await decide(draft, "reject", { reason: "Spoke to them yesterday" })).status).toBe(200);
    const rejected = await actionOf(draft.signal_id, "draft_followup", "rejected");
    expect(rejected.note).toBe("Spoke to them yesterday");
    expect((await approve(draft)).status).toBe(409);
    expect((await pipeline.signal(draft.signal_id))?.signal.fate).toBe("rejected");
  });

  test("three signals in an hour do not draft three follow-ups", async () => {
    const draft = await pendingDraft("714");
    const again = firstSignal(await accepted(await pipeline.hubspot([dealChange("714", "description", "called")])));
    await actionOf(again, "draft_followup", "superseded");
    const pending = await pipeline.json<{ approvals: ActionSnapshot[] }>(`/api/approvals?state=pending&owner=${ANA}`);
    const ids = pending.approvals.map(({ action }) => action.action_id);
    expect(ids).toEqual([draft.action.action_id]);
  });
});
