// The options of `npm run backtest`. Rule: whatever is not known is answered with what is.
import { parseArgs } from "node:util";
import { DEFAULT_PORT } from "./local-env.ts";
import { firstSentence } from "./start-options.ts";

const MAX_DAYS = 90;

export const BACKTEST_USAGE = `Usage: npm run backtest -- [--candidate <file>] [options]

Tries rules on the signals of the last days, beside the rules in force, and prints what would have been different.
Nothing is sent, changed or activated.

  --candidate <file>   the ruleset to try, YAML or JSON (default: the one in force, alone)
  --days <number>      how far back, 1 to ${MAX_DAYS} (default 30)
  --url <url>          the desk (default http://localhost:${DEFAULT_PORT})
  --header <name: value>  sent along, for a deployment that asks who you are; may be repeated
  --json               print the events as they come, one JSON object a line
  --help               this text`;

export type BacktestOptions = {
  candidate: string | null;
  days: number;
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
  json: boolean;
};
export type ParsedBacktest =
  | { kind: "run"; options: BacktestOptions }
  | { kind: "help" }
  | { kind: "wrong"; message: string };

export function parseBacktestOptions(args: readonly string[]): ParsedBacktest {
  const values = readArgs(args);
  if (typeof values === "string") return wrong(values);
  if (values.help) return { kind: "help" };
  const days = /^\d{1,2}$/.test(values.days) ? Number(values.days) : 0;
  if (days < 1 || days > MAX_DAYS) return wrong(`--days takes a number from 1 to ${MAX_DAYS}, not "${values.days}".`);
  const url = URL.parse(values.url);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return wrong(`--url takes an http or https URL, not "${values.url}".`);
  }
  const headers: Record<string, string> = {};
  for (const header of values.header) {
    const [, name, value] = /^([\w-]+):\s*(.+)$/.exec(header) ?? [];
    if (name === undefined || value === undefined) return wrong(`--header takes "name: value", not "${header}".`);
    headers[name] = value;
  }
  const baseUrl = values.url.replace(/\/+$/, "");
  return { kind: "run", options: { candidate: values.candidate ?? null, days, baseUrl, headers, json: values.json } };
}

function wrong(message: string): ParsedBacktest {
  return { kind: "wrong", message };
}

function readArgs(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        candidate: { type: "string" },
        days: { type: "string", default: "30" },
        url: { type: "string", default: `http://localhost:${DEFAULT_PORT}` },
        header: { type: "string", multiple: true, default: [] },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (error) {
    return firstSentence(error);
  }
}
