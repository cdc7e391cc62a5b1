// Lets a Deal object live through actions, one after another: proposed, claimed, reported as executed. Rule: it asks as
// `execute` asks, and puts nothing on a queue.
import type { DealRpc } from "#contract/deal.ts";
import { actionId, EFFECT, sampleAction, samplePlan } from "../../durable-objects/sample-plan.ts";

type Bindings = { DEAL: { getByName(subject: string): DealRpc } };

const COURIER = { publishes: true } as const;

export default {
  /** `?deal=…&from=…&count=…`: the actions of these numbers. Or `?deal=…&list=1`: reads the object, as the desk does. */
  async fetch(request: Request, { DEAL }: Bindings): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const deal = DEAL.getByName(searchParams.get("deal") ?? "");
    if (searchParams.has("list")) return Response.json((await deal.list()).length);
    const from = Number(searchParams.get("from"));
    const count = Number(searchParams.get("count"));
    for (let number = from; number < from + count; number += 1) await live(deal, number);
    return Response.json(count);
  },
} satisfies ExportedHandler<Bindings>;

async function live(deal: DealRpc, number: number): Promise<void> {
  await deal.propose(samplePlan(number, [sampleAction(number)]), COURIER);
  const claim = await deal.claim(actionId(number), COURIER);
  if (!claim.ok) throw new Error(`action ${number}: ${claim.message}`);
  const done = await deal.report(actionId(number), claim.lease_id, { kind: "executed", effect: EFFECT }, COURIER);
  if (!done.ok) throw new Error(`action ${number}: ${done.message}`);
}
