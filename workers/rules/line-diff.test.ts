import fc from "fast-check";
import { expect, test } from "vitest";
import { type Hunk, lineDiff } from "./line-diff.ts";

const TEN = Array.from({ length: 10 }, (_, index) => `line ${index + 1}`);
const text = (lines: readonly string[]) => lines.join("\n");
const shown = (hunks: readonly Hunk[]) =>
  hunks.map(({ beforeLine, nowLine, lines }) => [
    beforeLine,
    nowLine,
    lines.map(({ kind, text }) => `${{ same: " ", removed: "-", added: "+" }[kind]}${text}`),
  ]);

test("a changed line stands between three lines on each side, with where it is", () => {
  const changed = TEN.with(5, "another");
  expect(shown(lineDiff(text(TEN), text(changed)))).toEqual([
    [3, 3, [" line 3", " line 4", " line 5", "-line 6", "+another", " line 7", " line 8", " line 9"]],
  ]);
});

test("changes far apart are apart, and each side counts its own lines", () => {
  const long = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
  const changed = ["first", ...long.slice(0, 25), ...long.slice(26)];
  expect(shown(lineDiff(text(long), text(changed))).map(([before, now]) => [before, now])).toEqual([
    [1, 1],
    [23, 24],
  ]);
});

test("the same text has no difference", () => {
  expect(lineDiff(text(TEN), text(TEN))).toEqual([]);
});

test("texts too large to compare line by line are one replaced by the other", () => {
  const [before, now] = ["a", "b"].map((word) => text(Array.from({ length: 3_000 }, (_, n) => `${word} ${n}`)));
  const [hunk] = lineDiff(before ?? "", now ?? "");
  expect(hunk?.lines.map(({ kind }) => kind)).toEqual([
    ...Array.from({ length: 3_000 }, () => "removed"),
    ...Array.from({ length: 3_000 }, () => "added"),
  ]);
});

test("what is not added was there before, what is not removed is there now", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", ""), { minLength: 1, maxLength: 7 });
  fc.assert(
    fc.property(lines, lines, (before, now) => {
      const all = lineDiff(text(before), text(now)).flatMap(({ lines }) => lines);
      if (text(before) === text(now)) {
        expect(all).toEqual([]);
        return;
      }
      const side = (not: string) => all.filter(({ kind }) => kind !== not).map(({ text }) => text);
      // Seven lines at most: unless only the first or last differs, context shows all of them.
      expect(text(before)).toContain(text(side("added")));
      expect(text(now)).toContain(text(side("removed")));
      const count = (kind: string) => all.filter((line) => line.kind === kind).length;
      expect(count("added") - count("removed")).toBe(now.length - before.length);
    }),
  );
});
