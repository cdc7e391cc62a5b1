// A table of figures: the first column says what, the others are numbers. Rule: a figure that is not known is a dash, never
// a zero; nothing to show is said in words.
type Row = readonly [name: string, ...figures: string[]];

type Props = {
  caption: string;
  /** Of the columns, the first included; none when the figures speak for themselves. */
  head?: readonly string[];
  rows: readonly Row[];
  /** What it means that there are no rows. */
  empty?: string;
};

export const UNKNOWN = "–";

export function FiguresTable({ caption, head = [], rows, empty = "None in this time." }: Props) {
  return (
    <table class="table figures">
      <caption>{caption}</caption>
      {head.length > 0 && rows.length > 0 && (
        <thead>
          <tr>
            {/* Nothing names the column of names: then it is no header, which would have to say something. */}
            {head.map((name) => (name === "" ? <td /> : <th scope="col">{name}</th>))}
          </tr>
        </thead>
      )}
      <tbody>
        {rows.map(([name, ...figures]) => (
          <tr>
            <th scope="row">{name}</th>
            {figures.map((figure) => (
              <td>{figure}</td>
            ))}
          </tr>
        ))}
        {rows.length === 0 && (
          <tr>
            <td class="quiet">{empty}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

export const percent = (share: number | null) => (share === null ? UNKNOWN : `${(share * 100).toFixed(2)} %`);

export const dollars = (amount: number) => `$${amount.toFixed(amount > 0 && amount < 0.01 ? 6 : 2)}`;

/** Of the whole; a dash when there is none. */
export function shareText(part: number, whole: number): string {
  return whole <= 0 ? UNKNOWN : `${((part / whole) * 100).toFixed(0)} %`;
}
