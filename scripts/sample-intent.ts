// What the accounts of the sandbox's book of business read about: two weekly reports as Bombora's user interface exports
// them, uploaded as an operator would. Rule: the same week gives the same files, so a restart makes no second signal.
import { book } from "../sandbox/book/book.ts";
import { bearer } from "./delivery.ts";

const DAY_MS = 86_400_000;
const TOPICS = ["CRM Software", "Sales Automation", "Revenue Operations"] as const;
/** Every so many accounts there is one whose first topic surged this week. */
const SURGING_EVERY = 13;
const HEAD = "Company Name,Domain,Company Size,Industry,Topic Name,Composite Score,Date";

/** The reports of the last two Sundays, the older first. */
export function intentReports(nowMs: number): { file: string; csv: string }[] {
  const sunday = nowMs - new Date(nowMs).getUTCDay() * DAY_MS;
  return [1, 0].map((weeksAgo) => {
    const date = new Date(sunday - weeksAgo * 7 * DAY_MS).toISOString().slice(0, 10);
    const rows = book().companies.flatMap(({ name, domain, industry, employees }, company) =>
      TOPICS.map((topic, n) => {
        const score = scoreOf(company, n, weeksAgo);
        return [`"${name}"`, domain, employees, industry, topic, score, date].join(",");
      }),
    );
    return { file: `surge-${date.replaceAll("-", "")}.csv`, csv: `${[HEAD, ...rows].join("\n")}\n` };
  });
}

/** Between 12 and 58, some points from week to week, below the threshold of 60; a surge is from 66. */
function scoreOf(company: number, topic: number, weeksAgo: number): number {
  const surges = topic === 0 && weeksAgo === 0 && company % SURGING_EVERY === 5;
  if (surges) return 66 + ((company * 7) % 20);
  return 15 + ((company * 17 + topic * 29) % 40) + (weeksAgo === 0 ? ((company + topic * 2) % 7) - 3 : 0);
}

/** `send` reaches ingest. Throws when it refuses a report. */
export async function addSampleIntent(
  send: (path: string, init: { method: "POST"; headers: Record<string, string>; body: string }) => Promise<Response>,
  ingestTokens: string,
  nowMs: number,
): Promise<void> {
  for (const { file, csv } of intentReports(nowMs)) {
    const headers = { "content-type": "text/csv; charset=UTF-8", ...bearer(ingestTokens, "bombora") };
    const response = await send(`/hooks/bombora?file=${file}`, { method: "POST", headers, body: csv });
    if (!response.ok) throw new Error(`${file}: ${response.status} ${await response.text()}`);
  }
}
