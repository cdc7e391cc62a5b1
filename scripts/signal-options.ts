// The options of `npm run signal`. Rule: whatever is not known is answered with what is.
import { parseArgs } from "node:util";
import { type Assignment, parseAssignment } from "./assignments.ts";
import type { SampleSourceName } from "./deliveries.ts";
import { DEFAULT_PORT } from "./local-env.ts";
import { listSamples, sampleNames, sampleSources } from "./sample-files.ts";
import { firstSentence } from "./start-options.ts";

export const SIGNAL_USAGE = `Usage: npm run signal -- <source> <sample> [options]

Sends one sample webhook, signed as the source signs it, and prints the answer.

  --url <url>          where to (default http://localhost:${DEFAULT_PORT}); its PUBLIC_URL, for HubSpot and Gong sign the URL
  --secret <secret>    the source's secret, token or key (default: the one in sandbox/local.env, for this machine only)
  --set <key>=<value>  change a field; may be repeated, and dots go deeper: --set data.deal_id=hubspot:1
  --times <number>     send it so many times, each a new event (default 1)
  --list               the samples
  --help               this text`;

export type SignalOptions = {
  source: SampleSourceName;
  sample: string;
  baseUrl: string;
  /** Null: the one in sandbox/local.env. */
  secret: string | null;
  assignments: readonly Assignment[];
  times: number;
};

export type ParsedSignal =
  | { kind: "send"; options: SignalOptions }
  | { kind: "help" | "list" }
  | { kind: "wrong"; message: string };

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];
const MAX_TIMES = 10_000;

export function parseSignalOptions(args: readonly string[]): ParsedSignal {
  const read = readArgs(args);
  if (typeof read === "string") return wrong(read);
  const { values, positionals } = read;
  if (values.help) return { kind: "help" };
  if (values.list) return { kind: "list" };
  const [given, sample, ...rest] = positionals;
  if (given === undefined || sample === undefined || rest.length > 0) {
    return wrong(`Name a source and a sample:\n${listSamples()}`);
  }
  const source = sampleSources().find((name) => name === given);
  if (source === undefined) return wrong(`There are no samples of "${given}", only of ${sampleSources().join(", ")}.`);
  if (!sampleNames(source).includes(sample)) {
    return wrong(`${source} has no sample "${sample}", only ${sampleNames(source).join(", ")}.`);
  }
  const url = URL.parse(values.url);
  if (url === null || !/^https?:$/.test(url.protocol))
    return wrong(`--url takes an http or https URL, not "${values.url}".`);
  if (values.secret === undefined && !LOCAL_HOSTS.includes(url.hostname)) {
    return wrong(`${url.host} has a secret of its own: give it with --secret.`);
  }
  const assignments: Assignment[] = [];
  for (const text of values.set) {
    const assignment = parseAssignment(text);
    if (assignment === null) return wrong(`--set takes key=value, not "${text}".`);
    assignments.push(assignment);
  }
  const times = /^\d{1,5}$/.test(values.times) ? Number(values.times) : 0;
  if (times < 1 || times > MAX_TIMES)
    return wrong(`--times takes a number from 1 to ${MAX_TIMES}, not "${values.times}".`);
  const baseUrl = values.url.replace(/\/+$/, "");
  return { kind: "send", options: { source, sample, baseUrl, secret: values.secret ?? null, assignments, times } };
}

function wrong(message: string): ParsedSignal {
  return { kind: "wrong", message };
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        url: { type: "string", default: `http://localhost:${DEFAULT_PORT}` },
        secret: { type: "string" },
        set: { type: "string", multiple: true, default: [] },
        times: { type: "string", default: "1" },
        list: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    return firstSentence(error);
  }
}
