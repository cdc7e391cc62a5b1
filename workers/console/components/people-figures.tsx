// What people decide and what runs without them. Rule: people are counted by a digest; only here, for whoever may see this
// page, it becomes the name of somebody who is listed.
import { spanText } from "#web/components/moment.tsx";
import { byLabel, type Counters, seriesOf, sumOf } from "../metrics/figures.ts";
import type { Measured } from "../metrics/metrics-store.ts";
import { FiguresTable, shareText, UNKNOWN } from "./figures-table.tsx";

type Props = { counters: Counters; measured: Measured | null; people: ReadonlyMap<string, string> };

export function PeopleFigures({ counters, measured, people }: Props) {
  const released = new Map(byLabel(counters, "actions_executed", "released_by"));
  const executed = sumOf(counters, "actions_executed");
  const did = new Map(byLabel(counters, "people_decided", "step"));
  const count = (step: string) => did.get(step) ?? 0;
  const decided = count("approved") + count("rejected");
  return (
    <>
      <FiguresTable
        caption="Approvals"
        rows={[
          ["Waiting now", measured === null ? UNKNOWN : String(measured.waiting)],
          ["Overdue now, to be 0", measured === null ? UNKNOWN : String(measured.overdue)],
          ["Approved", `${count("approved")}, ${shareText(count("approved"), decided)} of what people decided`],
          ["Rejected", String(count("rejected"))],
          ["Edited", String(count("edited"))],
          ["Taken back", String(count("undone"))],
        ]}
      />
      <FiguresTable
        caption="What ran, by what released it"
        rows={[
          ["By policy", withShare(released.get("auto") ?? 0, executed)],
          ["A person approved", withShare(released.get("approval") ?? 0, executed)],
          ["Unattended, at its deadline", withShare(released.get("timeout") ?? 0, executed)],
          ["Failed for good", String(sumOf(counters, "actions_failed"))],
        ]}
      />
      <FiguresTable
        caption="Who decided, and how fast"
        head={["", "Approved", "Rejected", "Edited", "Taken back", "On average within"]}
        rows={peopleOf(counters, people)}
        empty="Nobody decided anything in this time."
      />
    </>
  );
}

const withShare = (part: number, whole: number) => `${part}, ${shareText(part, whole)}`;

function peopleOf(counters: Counters, people: ReadonlyMap<string, string>) {
  return byLabel(counters, "person_decided", "person").map(([person]): [string, ...string[]] => {
    const own = seriesOf(counters).filter(({ name, labels }) => name === "person_decided" && labels.person === person);
    const count = (step: string) => own.find(({ labels }) => labels.step === step)?.value ?? 0;
    const decided = count("approved") + count("rejected");
    const seconds = new Map(byLabel(counters, "person_seconds", "person")).get(person) ?? 0;
    const counts = ["approved", "rejected", "edited", "undone"].map((step) => String(count(step)));
    return [
      people.get(person) ?? "Somebody who is not listed",
      ...counts,
      decided === 0 ? UNKNOWN : spanText((seconds / decided) * 1_000),
    ];
  });
}
