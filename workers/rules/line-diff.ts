// The difference of two texts by lines, as people read it: what went, what came, and three lines around it. Rule: of a
// bounded cost; texts that have too little in common are shown as one replaced by the other.

export type DiffLine = { kind: "same" | "removed" | "added"; text: string };
/** Changes that are close together; lines count from 1. */
export type Hunk = { beforeLine: number; nowLine: number; lines: readonly DiffLine[] };

const CONTEXT_LINES = 3;
/** The table of the longest common subsequence has two bytes a cell. */
const MAX_CELLS = 4_000_000;

/** Empty when the texts are the same. */
export function lineDiff(before: string, now: string): readonly Hunk[] {
  return hunksOf(diffLines(before.split("\n"), now.split("\n")));
}

function diffLines(before: readonly string[], now: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < before.length && start < now.length && before[start] === now[start]) start += 1;
  let end = 0;
  while (end < Math.min(before.length, now.length) - start && before.at(-1 - end) === now.at(-1 - end)) end += 1;
  const same = (lines: readonly string[]) => lines.map((text) => ({ kind: "same", text }) as const);
  return [
    ...same(before.slice(0, start)),
    ...diffMiddle(before.slice(start, before.length - end), now.slice(start, now.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

function diffMiddle(before: readonly string[], now: readonly string[]): DiffLine[] {
  const width = now.length + 1;
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  if ((before.length + 1) * width <= MAX_CELLS) {
    const common = commonLengths(before, now, width);
    const at = (row: number, column: number) => common[row * width + column] ?? 0;
    while (i < before.length && j < now.length) {
      const [was, is] = [before[i] ?? "", now[j] ?? ""];
      if (was === is) {
        lines.push({ kind: "same", text: was });
        i += 1;
        j += 1;
      } else if (at(i + 1, j) >= at(i, j + 1)) {
        lines.push({ kind: "removed", text: was });
        i += 1;
      } else {
        lines.push({ kind: "added", text: is });
        j += 1;
      }
    }
  }
  for (const text of before.slice(i)) lines.push({ kind: "removed", text });
  for (const text of now.slice(j)) lines.push({ kind: "added", text });
  return lines;
}

/** How many lines the rests from (i, j) on have in common, row by row. */
function commonLengths(before: readonly string[], now: readonly string[], width: number): Uint16Array {
  const common = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const diagonal = common[(i + 1) * width + j + 1] ?? 0;
      const best = Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
      common[i * width + j] = before[i] === now[j] ? diagonal + 1 : best;
    }
  }
  return common;
}

function hunksOf(lines: readonly DiffLine[]): Hunk[] {
  const hunks: { beforeLine: number; nowLine: number; lines: DiffLine[] }[] = [];
  const isNear = lines.map(() => false);
  for (const [index, { kind }] of lines.entries()) {
    if (kind !== "same") isNear.fill(true, Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1);
  }
  let [beforeLine, nowLine] = [1, 1];
  for (const [index, line] of lines.entries()) {
    if (isNear[index]) {
      if (!isNear[index - 1]) hunks.push({ beforeLine, nowLine, lines: [] });
      hunks.at(-1)?.lines.push(line);
    }
    if (line.kind !== "added") beforeLine += 1;
    if (line.kind !== "removed") nowLine += 1;
  }
  return hunks;
}
