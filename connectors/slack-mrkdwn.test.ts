import fc from "fast-check";
import { expect, test } from "vitest";
import { cutToFit, escapeMrkdwn, slackTime } from "./slack-mrkdwn.ts";

test("nothing that somebody wrote is a mention, a link or an entity", () => {
  expect(escapeMrkdwn("<!channel> &lt; <@U1>")).toBe("&lt;!channel&gt; &amp;lt; &lt;@U1&gt;");
});

test("what is cut fits once it is escaped, is a beginning of the text and holds whole characters", () => {
  const text = fc.string({ unit: fc.constantFrom("&", "<", "a", "😀", " "), maxLength: 200 });
  fc.assert(
    fc.property(text, fc.nat(100), (whole, limit) => {
      const { text: kept, cut } = cutToFit(whole, limit);
      expect(escapeMrkdwn(kept).length).toBeLessThanOrEqual(limit);
      expect(whole.startsWith(kept)).toBe(true);
      expect(cut).toBe(kept !== whole);
      expect(kept.isWellFormed()).toBe(true);
    }),
  );
});

test("a time is shown by the reader's own clock, and in UTC without one", () => {
  expect(slackTime("2026-11-21T16:00:00.000Z")).toBe(
    "<!date^1795276800^{date_short_pretty} {time}|2026-11-21 16:00 UTC>",
  );
});
