// Copies of what the ledger wrote, made inside D1: a statement a table, a copy at a time. Rule: each copy has ids, deals,
// people, traces and a day of its own, so that the index of the search grows as it would; reps and words come again.
import { DAY, lettersOf, PREFIX_LETTERS } from "./seeds.ts";

/** All ids of the seeds begin so, and none of a copy's. */
const SEED_IDS = lettersOf(0, PREFIX_LETTERS);
const AFTER_SEEDS = lettersOf(1, PREFIX_LETTERS);
const DAY_MS = 86_400_000;

const SIGNAL_COLUMNS = `source, signal_type, event, subject, deal_id, account_id, contact_id, urgency`;

/** The statements that make copy `copy`, from 1, of the seeds, which are in the first `links` links. */
export function copyStatements(copy: number, links: number): string[] {
  const letters = lettersOf(copy, PREFIX_LETTERS);
  const day = new Date(Date.parse(DAY) + copy * DAY_MS).toISOString().slice(0, 10);
  const replaced = (column: string, pairs: readonly (readonly [string, string])[]) =>
    pairs.reduce((text, [from, to]) => `replace(${text}, '${from}', '${to}')`, column);
  const ids = [
    [`sig_${SEED_IDS}`, `sig_${letters}`],
    [`act_${SEED_IDS}`, `act_${letters}`],
    ["c0ffee00", `c0f${copy.toString(16).padStart(5, "0")}`],
  ] as const;
  const days = [[`${DAY}T`, `${day}T`]] as const;
  const named = ["name_", "contact_", "deal_", "account_"].map(
    (role) => [role, `${role}${lettersOf(copy, 6)}`] as const,
  );
  const dayTerms = [[`day_${DAY.replaceAll("-", "")}`, `day_${day.replaceAll("-", "")}`]] as const;
  const terms = replaced("terms", [...ids, ...named, ...dayTerms]);
  const offset = copy * links;
  return [
    `INSERT INTO links SELECT seq + ${offset}, ${replaced("at", days)}, previous, digest, ${replaced("signals", ids)},
      ${terms}, NULL, ${replaced("marks", ids)} FROM links WHERE seq <= ${links} ORDER BY seq`,
    `INSERT INTO search (rowid, terms) SELECT seq, terms FROM links WHERE seq > ${offset} ORDER BY seq`,
    `INSERT INTO signals SELECT ${replaced("signal_id", ids)}, ${replaced("correlation_id", ids)}, ${SIGNAL_COLUMNS},
      ${["fired_at", "received_at"].map((column) => replaced(column, days)).join(", ")}, fate,
      ${replaced("fate_at", days)}, link + ${offset}, ${replaced("actions", ids)}, ${terms},
      ${replaced("trail", [...ids, ...days])}
      FROM signals WHERE signal_id >= 'sig_${SEED_IDS}' AND signal_id < 'sig_${AFTER_SEEDS}' ORDER BY signal_id`,
    `INSERT INTO approvals SELECT ${replaced("action_id", ids)}, version, subject, ${replaced("signal_id", ids)},
      owner_email, type, state, ${replaced("due_at", days)}, ${replaced("updated_at", days)},
      ${replaced("snapshot", [...ids, ...days])}
      FROM approvals WHERE action_id >= 'act_${SEED_IDS}' AND action_id < 'act_${AFTER_SEEDS}' ORDER BY action_id`,
  ];
}
