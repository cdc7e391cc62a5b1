// What arrives late about somebody who was erased (a signal that waited for a system, a message from a `-dead` queue) has
// them erased again. Rules: it is kept like everything else and swept then, because only a sweep reaches all that it led
// to; what was received after the erasure is another story, and stays.
import { erasureRequested } from "#contract/messages.ts";
import { nameTerm } from "#contract/search-terms.ts";
import { deriveId } from "#runtime/digest.ts";
import type { Log } from "#runtime/log.ts";
import { createEnvelope, type EnvelopePorts, type Publish } from "#runtime/publish.ts";
import type { LetterRow } from "../letter-rows.ts";
import type { SignalRow } from "../merge.ts";
import type { Store } from "../store.ts";
import { collectNames } from "../terms.ts";
import type { Told } from "../told-steps.ts";
import { requestOf } from "./names.ts";

export type AskAgainPorts = EnvelopePorts & Pick<Store, "erasedUntil"> & { publish: Publish; log: Log };

/** Something that arrived, and since when it has been on its way. */
type Arrived = { since: string; value: unknown };

/** Of steps that were just kept, in rows that `rows` has as they are now. */
export async function askAgainForSteps(
  told: readonly Told[],
  rows: readonly SignalRow[],
  ports: AskAgainPorts,
): Promise<void> {
  const nameTerms = rows.flatMap(({ terms }) => terms.split(" ").filter((term) => term.startsWith("name_")));
  // The rows know the digests already; whose they are has to be found out for very few. A row that was emptied has none.
  const isSuspect =
    rows.some(({ trail }) => trail.some(({ erased }) => erased)) ||
    (nameTerms.length > 0 && (await ports.erasedUntil(nameTerms)).size > 0);
  if (!isSuspect) return;
  const since = new Map(rows.map(({ signal_id, received_at }) => [signal_id, received_at]));
  const arrived = told.map(({ signal_id, step, action }) => ({
    since: since.get(signal_id) ?? step.at,
    value: [step.data, step.actor, step.summary, action],
  }));
  await askAgain(arrived, ports);
}

export async function askAgainForLetters(letters: readonly LetterRow[], ports: AskAgainPorts): Promise<void> {
  // A request that failed names whom it is about, and is there to be replayed.
  const others = letters.filter(({ queue }) => queue !== "erasures");
  await askAgain(others.map(arrivedLetter), ports);
}

async function askAgain(arrived: readonly Arrived[], ports: AskAgainPorts): Promise<void> {
  const sinceOf = new Map<string, string>();
  for (const { since, value } of arrived) {
    const names = new Set<string>();
    collectNames(value, names);
    for (const name of names) sinceOf.set(name, earliest([since, sinceOf.get(name) ?? since]));
  }
  if (sinceOf.size === 0) return;
  const termOf = new Map(
    await Promise.all([...sinceOf.keys()].map(async (name) => [name, await nameTerm("name", name)] as const)),
  );
  const erased = await ports.erasedUntil([...termOf.values()]);
  const late = [...sinceOf].filter(([name, since]) => since <= (erased.get(termOf.get(name) ?? "") ?? ""));
  const names = new Set(late.map(([name]) => name));
  if (names.size === 0) return;
  const id = ports.newEventId();
  const request = {
    erasure_id: await deriveId("era", ["late", id]),
    ...requestOf(names),
    requested_by: "ledger",
    requested_at: new Date(ports.now()).toISOString(),
  };
  const cause = { correlation_id: id.replaceAll("-", ""), priority: "standard", causation_id: null } as const;
  await ports.publish("erasures", [createEnvelope(erasureRequested, request, cause, ports)]);
  ports.log("info", "erasure_asked_again", { erasure_id: request.erasure_id, names: names.size });
}

/** An event says in several places when it began; what is no event of ours may still have them in its text. */
function arrivedLetter({ event, reason, first_failed_at }: LetterRow): Arrived {
  const times = [...event.matchAll(/(?:published|received|fired)_at\\*":\s*\\*"([^"\\]+)/g)].map(([, at = ""]) => at);
  return { since: earliest([first_failed_at, ...times]), value: [parsed(event), reason] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function earliest(instants: readonly string[]): string {
  return [...instants].sort()[0] ?? "";
}
