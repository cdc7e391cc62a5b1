// Bombora: a report as a file, with a token. Rule: each has a topic of its own, because a topic that surged already makes
// no second signal.
import * as z from "zod";
import { bearer, type SampleSource } from "../delivery.ts";
import { fill } from "../fill.ts";

/** `--set topic=…`, `--set score=…`, `--set date=…`. */
export const bombora: SampleSource = {
  secretName: "INGEST_TOKENS",
  deliver({ sample, assignments, baseUrl, secret, nowMs, newId }) {
    const date = new Date(nowMs).toISOString().slice(0, 10);
    const values = { topic: `Sales Automation ${newId().slice(0, 8)}`, score: "78", date };
    return {
      url: `${baseUrl}/hooks/bombora?file=surge-${date.replaceAll("-", "")}.csv`,
      headers: { "content-type": "text/csv; charset=UTF-8", ...bearer(secret, "bombora") },
      body: fill(z.string().parse(sample), values, assignments),
    };
  },
};
