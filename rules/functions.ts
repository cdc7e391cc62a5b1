// The functions that rules have beyond CEL's own: what a sales rule asks for again and again. Rule: pure, total over
// what the vocabulary can hold, no locale or time zone of the machine, and nothing that chooses for the rule.

type CelRecordView = ReadonlyMap<string, unknown>;
type CelFunction = { signature: string; handler: (...values: never[]) => unknown };

const TIMESTAMP = "google.protobuf.Timestamp";
const DAY_MS = 86_400_000;
/** A task for the next working day is due at the start of the day, in UTC. */
const START_OF_DAY_HOUR = 9;
const MONTHS = "January February March April May June July August September October November December".split(" ");

function lower(value: unknown): string {
  return typeof value === "string" ? value.toLowerCase() : "";
}

/** The contacts that may be mailed. An address that any contact opted out with counts as opted out for all. */
export function mailable(contacts: readonly CelRecordView[]): CelRecordView[] {
  const optedOut = new Set(contacts.filter((contact) => contact.get("opted_out")).map((c) => lower(c.get("email"))));
  return contacts.filter((contact) => contact.has("email") && !optedOut.has(lower(contact.get("email"))));
}

/** The names that no task's subject mentions, without repetitions, whatever the case. */
function withoutTask(names: readonly string[], tasks: readonly CelRecordView[]): string[] {
  if (names.length === 0) return [];
  const subjects = tasks.map((task) => lower(task.get("subject")));
  const distinct = new Map(names.map((name) => [lower(name), name]));
  return [...distinct.values()].filter((name) => !subjects.some((subject) => subject.includes(lower(name))));
}

/** `Hi Dana` for `Dana Reyes` and `Reyes, Dana`; `Hello` when the name is missing or does not look like a person's. */
function greeting(contact: CelRecordView): string {
  const name = contact.get("name");
  if (typeof name !== "string" || /[@\d]/.test(name)) return "Hello";
  const [last, given] = name.split(",").map((part) => part.trim());
  const [first] = (given || last || name).split(" ");
  // A title or an initial is no first name: "Dr. Reyes", "D. Reyes".
  return first === undefined || first.length < 2 || first.endsWith(".") ? `Hi ${name}` : `Hi ${first}`;
}

/** `4 December 2026`. */
export function dateWords(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new RangeError("not a date");
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

function nextWorkingDay(from: Date): Date {
  const day = new Date(from.getTime());
  day.setUTCHours(START_OF_DAY_HOUR, 0, 0, 0);
  do day.setTime(day.getTime() + DAY_MS);
  while (day.getUTCDay() === 0 || day.getUTCDay() === 6);
  return day;
}

const grouping = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** `12,500` */
export function grouped(amount: number): string {
  return grouping.format(amount);
}

/** The present stage, the last one, had been left before. */
function wentBack(history: readonly CelRecordView[]): boolean {
  const stages = history.map((entry) => entry.get("stage"));
  const present = stages.pop();
  return stages.length > 0 && stages.at(-1) !== present && stages.includes(present);
}

/** What each does for the author of a rule is told in docs/rules.md. */
export const FUNCTIONS: readonly CelFunction[] = [
  { signature: "mailable(list<Contact>): list<Contact>", handler: mailable },
  { signature: "without_task(list<string>, list<Task>): list<string>", handler: withoutTask },
  {
    signature: "take(list<V>, int): list<V>",
    handler: (list: unknown[], count: bigint) => list.slice(0, Number(count)),
  },
  { signature: "greeting(Contact): string", handler: greeting },
  { signature: "date_words(string): string", handler: (date: string) => dateWords(new Date(`${date}T00:00:00Z`)) },
  { signature: `date_words(${TIMESTAMP}): string`, handler: dateWords },
  { signature: "grouped(double): string", handler: grouped },
  { signature: "went_back(list<Stage>): bool", handler: wentBack },
  { signature: "words(string): string", handler: (name: string) => name.replace(/[._-]+/g, " ") },
  { signature: `next_working_day(${TIMESTAMP}): ${TIMESTAMP}`, handler: nextWorkingDay },
];
