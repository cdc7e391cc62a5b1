// Colours for a terminal. Rule: none when the output is not one, or when NO_COLOR says so (https://no-color.org).
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Paint = Readonly<Record<keyof typeof CODES, (text: string) => string>>;

export function createPaint(output: { isTTY?: boolean }, env: Readonly<Record<string, string | undefined>>): Paint {
  const on = output.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
  const wrap = (code: number) => (text: string) => (on ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { bold, dim, red, green, yellow, cyan } = CODES;
  return {
    bold: wrap(bold),
    dim: wrap(dim),
    red: wrap(red),
    green: wrap(green),
    yellow: wrap(yellow),
    cyan: wrap(cyan),
  };
}
