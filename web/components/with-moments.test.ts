import { expect, test } from "vitest";
import { WithMoments } from "./with-moments.tsx";

const html = (text: string) => String(WithMoments({ text }));

test("an instant in a sentence is a time like any other, and the rest stays text", () => {
  const page = html("It waits until 2026-11-21T13:11:07.496Z, then <b>runs</b>.");
  expect(page).toContain('<time datetime="2026-11-21T13:11:07.496Z"');
  expect(page).toContain(">21 Nov, 13:11 UTC</time>, then &lt;b&gt;runs&lt;/b&gt;.");
});

test("a sentence without one is as it was", () => {
  expect(html("Nothing on 2026-11-21.")).toBe("Nothing on 2026-11-21.");
});
