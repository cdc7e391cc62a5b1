// What `npm start` prints of the samples: a line for each step as it happens, and then what became of each signal and
// where to look. Pure. Rule: no line depends on colour to be understood.
import type { Paint } from "./paint.ts";
import type { SampleResult } from "./sample-run.ts";
import { outcomeOf, type SignalView } from "./signal-view.ts";

const TITLE_WIDTH = 26;
const LAYER_WIDTH = 8;
const MAX_SUMMARY = 90;

/** `  09:14:03  idle deal near its close  decide   decided 1 action …` */
export function stepLine(title: string, step: SignalView["trail"][number], paint: Paint): string {
  const summary = step.summary.length <= MAX_SUMMARY ? step.summary : `${step.summary.slice(0, MAX_SUMMARY - 1)}…`;
  const line = `${title.padEnd(TITLE_WIDTH)} ${paint.cyan(step.layer.padEnd(LAYER_WIDTH))} ${summary}`;
  return `  ${paint.dim(timeOfDay(step.at))} ${line}`;
}

export function sampleReport(results: readonly SampleResult[], baseUrl: string, paint: Paint): string {
  return results
    .flatMap(({ title, signalId, view }) => {
      const outcomes = view === null ? ["not seen yet; see its page"] : outcomeOf(view, timeOfDay);
      const page = paint.dim(`${" ".repeat(TITLE_WIDTH + 3)}${baseUrl}/signals/${signalId}`);
      const [first = "", ...more] = outcomes;
      const rest = more.map((outcome) => `${" ".repeat(TITLE_WIDTH + 3)}${outcome}`);
      return [`  ${paint.bold(title.padEnd(TITLE_WIDTH))} ${first}`, ...rest, page];
    })
    .join("\n");
}

export function placesToLook(baseUrl: string, paint: Paint): string {
  const places = [
    ["Approve, edit or reject", "/approvals"],
    ["Every signal and its trail", "/signals"],
    ["Which rules decide, and try others", "/rules"],
    ["What Slack, mailboxes and the CRM received", "/sandbox/"],
  ] as const;
  const width = Math.max(...places.map(([what]) => what.length));
  return places.map(([what, path]) => `  ${what.padEnd(width)}  ${paint.cyan(`${baseUrl}${path}`)}`).join("\n");
}

/** An instant as the local time of day. */
function timeOfDay(instant: string): string {
  return new Date(instant).toLocaleTimeString("en-GB");
}
