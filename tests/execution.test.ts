// One effect, whatever happens on the way, over the real Workers, in every system. Each adapter runs once for each mishap
// and once without one, all at the same time; then every release is delivered again, twice. Whatever is in doubt waits for
// its lease to end before it is looked into.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { actionReleased } from "#contract/messages.ts";
import { createEnvelope, pack } from "#runtime/publish.ts";
import { UNLIMITED } from "../bench/count/counted-pipeline.ts";
import { ACTION_ADAPTERS } from "../workers/execute/actions/registry.ts";
import { dealChange, putDeal } from "./support/deals.ts";
import { dyingConfigs, SHORT_LEASE_SECONDS } from "./support/dying/configs.ts";
import { DEATH_HEADER } from "./support/dying/worker.ts";
import { EFFECT_CASES, type EffectCase, effectsOf, nameOf, putSubjects } from "./support/effect-cases.ts";
import { type Accepted, Pipeline } from "./support/pipeline.ts";
import { type PlannedContent, putPlan, records } from "./support/plans.ts";

/** `happens`: the system makes the effect. `doubt`: nobody was told what became of it. */
type Mishap = { what: string; happens: boolean; doubt: boolean; answer(fromSystem: Response): Response };

const lost = () => new Response("", { status: 504 });
const dies = (when: string) => (answer: Response) => {
  const headers = new Headers(answer.headers);
  headers.set(DEATH_HEADER, when);
  return new Response(answer.body, { status: answer.status, headers });
};
/** What befalls the first, second, … request of an adapter that would make its effect. */
const MISHAPS: readonly Mishap[] = [
  { what: "the request is lost", happens: false, doubt: true, answer: lost },
  { what: "the answer is lost", happens: true, doubt: true, answer: lost },
  { what: "execute dies before the call", happens: false, doubt: true, answer: dies("at_once") },
  { what: "execute dies during the call", happens: true, doubt: true, answer: dies("at_once") },
  { what: "execute dies between the effect and its report", happens: true, doubt: true, answer: dies("before_report") },
  { what: "execute dies right after its report", happens: true, doubt: false, answer: dies("after_report") },
];
const RUNS = Array.from({ length: MISHAPS.length + 1 }, (_, run) => run);

const pipeline = new Pipeline(UNLIMITED, dyingConfigs());
/** How often each adapter tried to make its effect. */
const tries = new Map<EffectCase, number>();
beforeAll(async () => {
  await pipeline.start();
  const through = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const where = `${request.method} ${new URL(request.url).pathname}`;
    const meant = EFFECT_CASES.find(({ effect }) => effect.test(where));
    if (meant === undefined) return through(request);
    const before = tries.get(meant) ?? 0;
    tries.set(meant, before + 1);
    const mishap = MISHAPS[before];
    if (mishap === undefined) return through(request);
    return mishap.answer(mishap.happens ? await through(request) : new Response());
  };
  for (const run of RUNS) await putSubjects(pipeline, run);
});
afterAll(() => pipeline.stop());

/** Once each; where nothing can be asked what did not happen is not repeated. */
const ONCE = Object.fromEntries(
  EFFECT_CASES.map((each) => {
    const undone = each.parks ? MISHAPS.filter(({ happens }) => !happens).length : 0;
    return [nameOf(each), RUNS.length - undone];
  }),
);

async function inState(state: string): Promise<ActionSnapshot[]> {
  const page = await pipeline.json<{ approvals: ActionSnapshot[] }>(`/api/approvals?state=${state}&limit=100`);
  return page.approvals;
}

/** What one Deal object releases at once travels and dies together, so each action has a deal of its own. */
let deals = 96_000;
function release(content: PlannedContent): Promise<string[]> {
  deals += 1;
  return putPlan(pipeline, String(deals), [content]);
}

test("there is a case for every adapter", () => {
  const adapters = ACTION_ADAPTERS.map(({ type, target }) => `${type} ${target}`);
  expect(EFFECT_CASES.map(nameOf).toSorted()).toEqual(adapters.toSorted());
});

const timeoutMs = (4 * SHORT_LEASE_SECONDS + 60) * 1_000;
test(
  "whatever is lost and wherever execute dies, every system saw the effect once, and what can't be asked waits",
  async () => {
    for (const run of RUNS) await Promise.all(EFFECT_CASES.map(({ content }) => release(content(run))));
    const parked = EFFECT_CASES.filter(({ parks }) => parks).length * MISHAPS.filter(({ doubt }) => doubt).length;
    const executed = await pipeline.until(
      "every action settled",
      async () => {
        const [done, doubtful] = [await inState("executed"), await inState("unknown")];
        return done.length === EFFECT_CASES.length * RUNS.length - parked && doubtful.length === parked && done;
      },
      timeoutMs,
    );
    expect(await effectsOf(pipeline)).toEqual(ONCE);
    expect(EFFECT_CASES.filter((each) => (tries.get(each) ?? 0) < RUNS.length).map(nameOf)).toEqual([]);

    const ports = { now: Date.now, newEventId: () => crypto.randomUUID() };
    const releases = executed.map(({ action, subject, signal_id, correlation_id, proposed_at }) => {
      const payload = {
        subject,
        signal_id,
        action,
        released_by: "auto",
        released_at: proposed_at,
        operation: "perform",
        validity: null,
      } as const;
      return createEnvelope(actionReleased, payload, { correlation_id, priority: "high", causation_id: null }, ports);
    });
    const queue = await pipeline.queue("execute", "ACTIONS");
    for (const body of pack([...releases, ...releases])) await queue.send(body, { contentType: "text" });
    // Released after them, so that they were all looked at when it arrives.
    const last = EFFECT_CASES.find((each) => nameOf(each) === "send_alert webhook");
    await release(last?.content(RUNS.length) ?? expect.fail("no webhook"));
    await records(pipeline, "webhook", "deliveries", RUNS.length + 1);
    expect(await effectsOf(pipeline)).toEqual({ ...ONCE, "send_alert webhook": RUNS.length + 1 });
  },
  timeoutMs + 30_000,
);

test("a write of ours that comes back as a webhook stops there, and the trail says so", async () => {
  const stage = { record: "hubspot:98000", object: "deals", property: "dealstage", value: "closedwon" };
  await putPlan(pipeline, "98000", [{ type: "update_crm", target: "hubspot", params: stage }]);
  await pipeline.until("our write", async () => {
    const deals = (await pipeline.sandbox("hubspot")).records.deals ?? [];
    return deals.some((deal) => deal.id === "98000" && JSON.stringify(deal).includes('"dealstage":"closedwon"'));
  });
  const send = async (dealId: string): Promise<string> => {
    const answer: Accepted = await (await pipeline.hubspot([dealChange(dealId, "dealstage", "closedwon")])).json();
    return answer.signals[0]?.signal_id ?? "";
  };
  const stepOf = (signalId: string, layer: string, step: string) =>
    pipeline.until(`${step} of ${signalId}`, async () =>
      (await pipeline.signal(signalId))?.trail.find((each) => each.layer === layer && each.step === step),
    );
  const echo = await send("98000");
  await stepOf(echo, "deal", "echo_recognised");
  expect((await pipeline.signal(echo))?.actions.filter(({ state }) => state !== "superseded")).toEqual([]);
  // The same news of a deal that we did not write leads on.
  await putDeal(pipeline, "98001", { dealstage: "closedwon" });
  await stepOf(await send("98001"), "deal", "executed");
}, 120_000);
