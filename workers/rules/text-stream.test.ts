import { expect, test } from "vitest";
import { textStream } from "./text-stream.ts";

test("nothing is made before it is read, and whoever goes away ends it", async () => {
  const made: number[] = [];
  let ended = false;
  async function* chunks() {
    try {
      for (let n = 1; ; n += 1) {
        made.push(n);
        yield `line ${n}\n`;
      }
    } finally {
      ended = true;
    }
  }
  const reader = textStream(chunks()).getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("line 1\n");
  await reader.cancel();
  expect(ended).toBe(true);
  expect(made.length).toBeLessThan(4);
});
