// Carries out a wish to be forgotten, wherever the ledger can reach: trails in D1 and in R2, raw bodies, actions in their
// Deal objects and their read model, dead letters, and what enrichment remembers. Rules: asked again it finds nothing;
// it sweeps twice, because what was on its way in the first sweep has arrived by the second, and what comes later still is
// known by the digests that are kept (ask-again.ts); the request is done only when all of it is, and what is counted names
// nobody.
import type { DealRpc } from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import type { ErasureRequested } from "#contract/erasure-requested.ts";
import { erasureRequested } from "#contract/messages.ts";
import { type NameRole, nameTerm } from "#contract/search-terms.ts";
import type { Log } from "#runtime/log.ts";
import { defer, done, type Emission, emission, type Outcome, retry } from "#runtime/outcome.ts";
import type { EraseStore } from "./erase-store.ts";
import { type Names, namesOf, requestOf } from "./names.ts";
import { findRawBodies, type RawBucket } from "./raw-search.ts";

export type EraseDeps = {
  store: EraseStore;
  /** A fresh stub at each call. */
  deal(subject: string): Pick<DealRpc, "erase">;
  raw: RawBucket;
  now(): number;
  log: Log;
  /** Between the sweeps: longer than events are under way. */
  secondSweepSeconds: number;
};

const ROLES: readonly NameRole[] = ["deal", "account", "contact", "rep", "name"];

/** Names lead to other names (an alias, an address beside an id); more rounds than this find nobody new. */
const ROUNDS = 4;

export async function erasePerson({ payload }: Event<ErasureRequested>, deps: EraseDeps): Promise<Outcome> {
  const { erasure_id, requested_by, requested_at, raw_after } = payload;
  try {
    if (raw_after !== undefined) return done(...(await searchRaw(payload, namesOf(payload), raw_after, deps)).emits);
    const before = await deps.store.stateOf(erasure_id);
    if (before?.state === "done") return done();
    const { counts, emits } = await sweep(payload, deps);
    const state = before === null ? "sweeping" : "done";
    const total = { ...counts };
    for (const [kind, count] of Object.entries(before?.counts ?? {})) total[kind] = (total[kind] ?? 0) + count;
    const swept_at = new Date(deps.now()).toISOString();
    await deps.store.note({ erasure_id, requested_by, requested_at, state, swept_at, counts: JSON.stringify(total) });
    deps.log("info", "erasure_swept", { erasure_id, state, ...counts });
    if (state === "done") return done(...emits);
    return { ...defer("the second sweep comes later", deps.secondSweepSeconds), emits };
  } catch (error) {
    deps.log("error", "erasure_failed", { erasure_id, reason: String(error) });
    return retry(`not all of it could be erased: ${String(error)}`);
  }
}

type Counts = Record<string, number>;

async function sweep(request: ErasureRequested, deps: EraseDeps): Promise<{ counts: Counts; emits: Emission[] }> {
  const { store, deal, raw, now } = deps;
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
  // Raw bodies before the rows that name them, or a sweep that breaks off here would not find them again.
  const named = [...new Set([...(await store.rawKeysOfSignals(terms)), ...(await store.rawKeysOfLetters(names))])];
  await deleteRawBodies(raw, named);
  const { found, emits } = await searchRaw(request, names, null, deps);
  const signals = await store.blankSignals(names, terms);
  const rows = await store.deleteRows(names);
  await store.remember(await termsOf(names, ["name"]), new Date(now()).toISOString());
  return { counts: { signals, actions, raw_bodies: named.length + found, ...rows }, emits };
}

/** Deletes what names them; what is left to look through is another event. */
async function searchRaw(
  request: ErasureRequested,
  names: Names,
  after: string | null,
  { raw, log }: Pick<EraseDeps, "raw" | "log">,
): Promise<{ found: number; emits: Emission[] }> {
  const { keys, next } = await findRawBodies(raw, names, after);
  await deleteRawBodies(raw, keys);
  log("info", "raw_bodies_searched", { erasure_id: request.erasure_id, deleted: keys.length, more: next !== null });
  if (next === null) return { found: keys.length, emits: [] };
  const rest = { ...request, ...requestOf(names), raw_after: next };
  return { found: keys.length, emits: [emission("erasures", erasureRequested, rest)] };
}

/** R2 deletes up to a thousand at a time. */
async function deleteRawBodies(raw: Pick<RawBucket, "delete">, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += 1_000) await raw.delete(keys.slice(start, start + 1_000));
}

async function termsOf(names: Names, roles: readonly NameRole[]): Promise<ReadonlySet<string>> {
  const terms = [...names].flatMap((name) => roles.map((role) => nameTerm(role, name)));
  return new Set(await Promise.all(terms));
}
