// `npm run verify-trail`: reads the chain of the trail over the console's API, recomputes every digest here and names the
// first break. Exit code 0 when it is whole, 1 when it is not or can't be read, 2 when the command was not understood.
import { parseArgs } from "node:util";
import * as z from "zod";
import { Anchor, KeptStep } from "#contract/kept-step.ts";
import { DEFAULT_PORT } from "./local-env.ts";
import { firstSentence } from "./start-options.ts";
import { type ChainLink, verifyChain } from "./verify-chain.ts";

const USAGE = `Usage: npm run verify-trail -- [options]

Recomputes the chain of the audit trail, link by link, and names the first break.

  --url <url>              the console (default http://localhost:${DEFAULT_PORT})
  --header <name: value>   sent along, for a deployment that asks who you are; may be repeated
  --help                   this text`;

const Links = z.object({
  links: z.array(
    z.object({
      seq: z.number(),
      at: z.string(),
      previous: z.string(),
      digest: z.string(),
      signals: z.array(z.object({ signal_id: z.string(), steps: z.array(KeptStep).nullable() })),
    }),
  ),
  next_after: z.number().nullable(),
});
const Anchors = z.object({ anchors: z.array(Anchor) });

type Ask = (path: string) => Promise<unknown>;

/** Answers the exit code. */
async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === "string") {
    console.error(`${options}\nSee npm run verify-trail -- --help`);
    return 2;
  }
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  try {
    const headers = new Headers(options.header.map((header): [string, string] => split(header)));
    const ask: Ask = async (path) => {
      const response = await fetch(`${options.url.replace(/\/+$/, "")}${path}`, { headers });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json();
    };
    const { anchors } = Anchors.parse(await ask("/api/trail/anchors"));
    const verdict = await verifyChain(linksOf(ask), anchors, showProgress);
    if (process.stderr.isTTY) process.stderr.write("\r");
    if (!verdict.ok) {
      console.error(`BROKEN at ${verdict.where}: ${verdict.what}.`);
      return 1;
    }
    const { links, steps, erased, anchors: held } = verdict;
    console.log(
      `Whole: ${links} links, ${steps} steps (${erased} erased on request), ${held} of ${anchors.length} anchors met.`,
    );
    return 0;
  } catch (error) {
    console.error(`The trail could not be read: ${error instanceof Error && error.cause ? error.cause : error}`);
    return 1;
  }
}

async function* linksOf(ask: Ask): AsyncGenerator<ChainLink> {
  for (let after: number | null = 0; after !== null; ) {
    const page: z.infer<typeof Links> = Links.parse(await ask(`/api/trail?after=${after}`));
    yield* page.links;
    after = page.next_after;
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      strict: true,
      options: {
        url: { type: "string", default: `http://localhost:${DEFAULT_PORT}` },
        header: { type: "string", multiple: true, default: [] },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (error) {
    return firstSentence(error);
  }
}

function split(header: string): [string, string] {
  const at = header.indexOf(":");
  return [header.slice(0, at), header.slice(at + 1).trim()];
}

/** On standard error, so that a redirected verdict stays clean. */
function showProgress(seq: number): void {
  if (process.stderr.isTTY && seq % 100 === 0) process.stderr.write(`\r${seq} links`);
}

process.exitCode = await main();
