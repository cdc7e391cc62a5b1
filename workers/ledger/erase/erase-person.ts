// Carries out a wish to be forgotten, wherever the ledger can reach: trails in D1 and in R2, raw bodies, actions in their
// Deal objects and their read model, dead letters, and what enrichment remembers. Rules: asked again it finds nothing;
// it sweeps twice, because what was on its way in the first sweep has arrived by the second; the request is done only
// when all of it is, and what is counted names nobody.
import type { DealRpc } from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import type { ErasureRequested } from "#contract/erasure-requested.ts";
import { type NameRole, nameTerm } from "#contract/search-terms.ts";
import type { Log } from "#runtime/log.ts";
import { defer, done, type Outcome, retry } from "#runtime/outcome.ts";
import type { EraseStore } from "./erase-store.ts";
import { type Names, namesOf } from "./names.ts";

export type EraseDeps = {
  store: EraseStore;
  /** A fresh stub at each call. */
  deal(subject: string): Pick<DealRpc, "erase">;
  deleteRawBodies(keys: readonly string[]): Promise<void>;
  now(): number;
  log: Log;
  /** Between the sweeps: longer than events are under way. */
  secondSweepSeconds: number;
};

const ROLES: readonly NameRole[] = ["deal", "account", "contact", "rep", "name"];

/** Names lead to other names (an alias, an address beside an id); more rounds than this find nobody new. */
const ROUNDS = 4;

export async function erasePerson(event: Event<ErasureRequested>, deps: EraseDeps): Promise<Outcome> {
  const { erasure_id, requested_by, requested_at } = event.payload;
  try {
    const before = await deps.store.stateOf(erasure_id);
    if (before?.state === "done") return done();
    const counts = await sweep(event.payload, deps);
    const state = before === null ? "sweeping" : "done";
    const total = { ...counts };
    for (const [kind, count] of Object.entries(before?.counts ?? {})) total[kind] = (total[kind] ?? 0) + count;
    const swept_at = new Date(deps.now()).toISOString();
    await deps.store.note({ erasure_id, requested_by, requested_at, state, swept_at, counts: JSON.stringify(total) });
    deps.log("info", "erasure_swept", { erasure_id, state, ...counts });
    return state === "done" ? done() : defer("the second sweep comes later", deps.secondSweepSeconds);
  } catch (error) {
    deps.log("error", "erasure_failed", { erasure_id, reason: String(error) });
    return retry(`not all of it could be erased: ${String(error)}`);
  }
}

type Counts = Record<string, number>;

async function sweep(request: ErasureRequested, { store, deal, deleteRawBodies }: EraseDeps): Promise<Counts> {
  let names: Names = namesOf(request);
  for (let round = 0; round < ROUNDS; round += 1) {
    const more = new Set([...names, ...(await store.moreNames(names, await termsOf(names, ["name"])))]);
    if (more.size === names.size) break;
    names = more;
  }
  const terms = await termsOf(names, ROLES);
  // The Deal objects first: what they publish about it is written over what the read model still shows.
  const subjects = await store.dealsOf(names, terms);
  let actions = 0;
  for (const subject of subjects) {
    const person = { emails: [...names].filter((name) => name.includes("@")), references: [...names] };
    actions += (await deal(subject).erase(person)).erased;
  }
  const blanked = await store.blankSignals(names, terms);
  const rawKeys = [...new Set([...blanked.rawKeys, ...(await store.rawKeysOfLetters(names))])];
  await deleteRawBodies(rawKeys);
  const rows = await store.deleteRows(names);
  return { signals: blanked.signals, actions, raw_bodies: rawKeys.length, ...rows };
}

async function termsOf(names: Names, roles: readonly NameRole[]): Promise<ReadonlySet<string>> {
  const terms = [...names].flatMap((name) => roles.map((role) => nameTerm(role, name)));
  return new Set(await Promise.all(terms));
}
