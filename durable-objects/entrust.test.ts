// Who publishes what: nothing is lost when a courier dies before it has published, and nothing gets a second id.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entrusted } from "#contract/deal.ts";
import { actionReleased, parsePayload } from "#contract/messages.ts";
import { claim } from "./claim.ts";
import { type DealState, type Decided, EMPTY_DEAL } from "./deal-state.ts";
import { decide } from "./decide.ts";
import { type Asker, owedTo, share } from "./entrust.ts";
import { propose } from "./propose.ts";
import { type Publication, publicationsOf } from "./publications.ts";
import { report } from "./report.ts";
import {
  ANA,
  actionId,
  EFFECT,
  HASH,
  iso,
  NOON,
  SUBJECT,
  sampleAction,
  samplePlan,
  signalId,
  WAITS,
} from "./sample-plan.ts";
import { wake } from "./wake.ts";

/** A deal, the two queues that lead to it, and couriers that die when they are told to. */
class World {
  deal: DealState = EMPTY_DEAL;
  now = NOON;
  plans: number[] = [];
  released: string[] = [];
  /** Every step that was ever to be told, and what became of each publication. */
  readonly steps = new Set<string>();
  readonly told = new Set<string>();
  bySelf = 0;
  #serial = 0;

  readonly #ports = {
    now: () => this.now,
    newEventId: () => `019a9f00-0000-7000-8000-${String(++this.#serial).padStart(12, "0")}`,
  };

  commit<Result>({ result, change }: Decided<Result>, asker: Asker | null): { result: Result; entrusted: Entrusted } {
    if (change === null) return { result, entrusted: asker === null ? [] : owedTo(asker, this.deal, this.#ports) };
    const publications = publicationsOf(this.deal, change, this.#ports);
    for (const each of publications) if (each.queue === "audit") this.steps.add(each.envelope.event_id);
    const { deal, unsent, entrusted } = share(change, publications, asker, this.#ports);
    this.deal = deal;
    this.bySelf += unsent.length;
    this.publish(unsent);
    return { result, entrusted };
  }

  publish(publications: readonly Publication[] | Entrusted): void {
    for (const each of publications) {
      if (each.queue === "controls") continue;
      if (each.queue === "audit") this.told.add(each.envelope.event_id);
      if (each.queue !== "actions") continue;
      const parsed = parsePayload(actionReleased, each.envelope);
      if (parsed.ok) this.released.push(parsed.event.payload.action.action_id);
    }
  }

  /** `dies` before it publishes: then the message comes again. */
  deliverPlan(place: number, dies: boolean): void {
    const number = this.plans[place % Math.max(1, this.plans.length)];
    if (number === undefined) return;
    const auto = sampleAction(number * 2, { rule_id: `auto-${number}` });
    const waits = sampleAction(number * 2 + 1, { approval: WAITS, rule_id: `waits-${number % 2}` });
    const plan = samplePlan(number, [auto, waits], { supersedes: number % 3 === 0 ? "the deal closed" : null });
    const asker = { by: "plans", signalId: signalId(number) } as const;
    const { entrusted } = this.commit(propose(this.deal, plan, SUBJECT, this.now), asker);
    if (dies) return;
    this.publish(entrusted);
    this.plans.splice(this.plans.indexOf(number), 1);
  }

  deliverAction(place: number, dies: "no" | "after_claim" | "after_report", fails: boolean): void {
    const id = this.released[place % Math.max(1, this.released.length)];
    if (id === undefined) return;
    const asker = { by: "actions", actionId: id } as const;
    const lease = `lease-${++this.#serial}`;
    const claimed = this.commit(claim(this.deal, id, lease, this.now), { ...asker, command: "claim" });
    if (dies === "after_claim") return;
    if (!claimed.result.ok) {
      if (claimed.result.code === "leased") return;
      this.publish(claimed.entrusted);
      this.released.splice(this.released.indexOf(id), 1);
      return;
    }
    const told = fails
      ? ({ kind: "released", reason: "the CRM is down" } as const)
      : ({ kind: "executed", effect: { ...EFFECT, at: iso(this.now) } } as const);
    const reported = this.commit(report(this.deal, id, lease, told, this.now), { ...asker, command: "report" });
    if (dies === "after_report") return;
    this.publish(reported.entrusted);
    if (!fails) this.released.splice(this.released.indexOf(id), 1);
  }

  approve(id: string): void {
    const decision = { kind: "approve", content_hash: HASH } as const;
    this.commit(decide(this.deal, { action_id: id, actor: ANA, decision }, null, this.now), null);
  }

  pass(ms: number): void {
    this.now += ms;
    this.commit(wake(this.deal, this.now), null);
  }
}

const command = fc.oneof(
  fc.record({ do: fc.constant("arrive"), signal: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constant("plan"), place: fc.nat(5), dies: fc.boolean() }),
  fc.record({
    do: fc.constant("action"),
    place: fc.nat(5),
    dies: fc.constantFrom("no", "after_claim", "after_report"),
    fails: fc.boolean(),
  }),
  fc.record({ do: fc.constant("approve"), action: fc.integer({ min: 2, max: 11 }) }),
  fc.record({ do: fc.constant("pass"), seconds: fc.constantFrom(1, 61, 14_401) }),
);

it("tells every step in the end, whenever couriers die and however often messages come", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40, size: "max" }), (commands) => {
      const world = new World();
      for (const each of commands) {
        if (each.do === "arrive") world.plans.push(each.signal);
        if (each.do === "plan") world.deliverPlan(each.place, each.dies);
        if (each.do === "action") world.deliverAction(each.place, each.dies, each.fails);
        if (each.do === "approve") world.approve(actionId(each.action));
        if (each.do === "pass") world.pass(each.seconds * 1_000);
      }
      while (world.plans.length > 0) world.deliverPlan(0, false);
      for (let round = 0; world.released.length > 0 && round < 300; round += 1) {
        world.deliverAction(0, "no", false);
        world.pass(61_000);
      }
      expect(world.released).toEqual([]);
      expect([...world.steps].filter((id) => !world.told.has(id))).toEqual([]);
      for (const { snapshot } of world.deal.records.values()) expect(snapshot.state).not.toBe("released");
    }),
    { numRuns: 300 },
  );
});

describe("a courier", () => {
  it("tells all of a run that goes well; the object sends nothing itself", () => {
    const world = new World();
    world.plans.push(1);
    world.deliverPlan(0, false);
    world.deliverAction(0, "no", false);
    expect([world.bySelf, world.steps.size, world.told.size]).toEqual([0, 4, 4]);
  });

  it("is not entrusted with what a plan does to another's action", () => {
    const world = new World();
    world.plans.push(1);
    world.deliverPlan(0, false);
    world.plans.push(3);
    world.deliverPlan(0, false);
    expect(world.bySelf).toBeGreaterThan(0);
    expect(world.told.size).toBe(world.steps.size);
  });

  it("that comes again for a claimed action does not release it a second time", () => {
    const world = new World();
    world.plans.push(1, 1);
    world.deliverPlan(0, false);
    world.deliverAction(0, "after_claim", false);
    world.deliverPlan(0, false);
    expect(world.released).toEqual([actionId(2)]);
  });
});
