// What became of the signals and how fast: the service level over three windows, fates and their conservation, times.
import { spanText } from "#web/components/moment.tsx";
import { fateLabel } from "#web/components/words.ts";
import { addUp, bucketsOf, byLabel, type Counters, quantile, serviceLevel, sumOf } from "../metrics/figures.ts";
import { type Measured, type Rollup, WINDOW_NAMES, WINDOWS, type Window } from "../metrics/metrics-store.ts";
import { FiguresTable, percent, UNKNOWN } from "./figures-table.tsx";

const SHARES = [0.5, 0.95, 0.99] as const;

type ServiceProps = { windows: Readonly<Record<Window, readonly Rollup[]>>; measured: Measured | null };

export function ServiceFigures({ windows, measured }: ServiceProps) {
  const names = Object.keys(WINDOWS).filter((name): name is Window => name in WINDOWS);
  const levels = names.map((name) => serviceLevel(addUp(windows[name]), measured?.objective));
  const burn = (rate: number | null) => (rate === null ? UNKNOWN : `${rate.toFixed(2)} ×`);
  return (
    <FiguresTable
      caption="Fifteen minutes from arrival to a fate"
      head={["", ...names.map((name) => WINDOW_NAMES[name])]}
      rows={[
        ["Within 15 minutes", ...levels.map(({ within }) => percent(within))],
        ["Signals", ...levels.map(({ total }) => String(total))],
        ["Error budget left", ...levels.map(({ budget_left }) => percent(budget_left))],
        ["Burn rate", ...levels.map(({ burn_rate }) => burn(burn_rate))],
      ]}
    />
  );
}

type CountedProps = { counters: Counters; totals: Counters; measured: Measured | null };

export function FateFigures({ counters, totals, measured }: CountedProps) {
  const received = sumOf(totals, "signals_received");
  const fates = sumOf(totals, "signals");
  const reached = byLabel(counters, "fates_reached", "source");
  const ofSource = byLabel(counters, "signals_received", "source").map(([source, count]): [string, string, string] => [
    source,
    String(count),
    String(reached.find(([name]) => name === source)?.[1] ?? 0),
  ]);
  return (
    <>
      <FiguresTable caption="By source" head={["", "Received", "Fates reached"]} rows={ofSource} />
      <FiguresTable
        caption="By fate, all signals ever"
        rows={byLabel(totals, "signals", "fate").map(([fate, count]) => [fateLabel(fate).text, String(count)])}
      />
      <div id="conservation">
        <FiguresTable
          caption="Conservation"
          rows={[
            ["Received, ever", String(received)],
            ["Sum of the fates", String(fates)],
            ["Difference", String(received - fates)],
            ["Without a fate for over an hour", measured === null ? UNKNOWN : String(measured.stuck.length)],
          ]}
        />
      </div>
      <FiguresTable
        caption="Steps by layer"
        head={["", "Steps", "Of a later attempt", "Dead letters"]}
        rows={byLabel(counters, "steps", "layer").map(([layer, count]) => [
          layer,
          String(count),
          String(byLabel(counters, "retries", "layer").find(([name]) => name === layer)?.[1] ?? 0),
          String(byLabel(counters, "dead_letters", "stage").find(([name]) => name === layer)?.[1] ?? 0),
        ])}
      />
    </>
  );
}

export function TimeFigures({ counters }: { counters: Counters }) {
  const stages = byLabel(counters, "stage_seconds", "stage").map(([stage]) => stage);
  const rows = [
    ["End to end", bucketsOf(counters, "signal_seconds")] as const,
    ...stages.map((stage) => [stage, bucketsOf(counters, "stage_seconds", { stage })] as const),
    ["A person decides", bucketsOf(counters, "decision_seconds")] as const,
  ];
  const shown = (seconds: number | null) => {
    if (seconds === null) return UNKNOWN;
    return seconds === Infinity ? "over a day" : `≤ ${spanText(seconds * 1_000)}`;
  };
  return (
    <FiguresTable
      caption="Time, by quantile"
      head={["", "p50", "p95", "p99"]}
      rows={rows.map(([name, buckets]) => [name, ...SHARES.map((share) => shown(quantile(buckets, share)))])}
    />
  );
}
