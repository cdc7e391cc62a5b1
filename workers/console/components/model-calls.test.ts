import { expect, test } from "vitest";
import { ModelCalls } from "./model-calls.tsx";

const html = (data: unknown) => String(ModelCalls({ data }));

test("a call is told with why, what became of it, its time and its cost; what it said is escaped", () => {
  const call = { purpose: "decide", outcome: "repaired", because: "its urgency is high", model: "gpt" };
  const told = { ...call, answers: ["<b>no</b>"], problems: ["it is not JSON"], cost_usd: 0.00312, duration_ms: 1_200 };
  const text = html({ model: [told] });
  expect(text).toContain(
    "The model, to decide: answered, once corrected, because its urgency is high (gpt, 1 s, $0.0031).",
  );
  expect(text).toContain("Refused: it is not JSON.");
  expect(text).toContain("&lt;b&gt;no&lt;/b&gt;");
});

test("a signal that was not worth it says so", () => {
  const told = { purpose: "decide", outcome: "not_asked", because: "no open deal is known" };
  expect(html({ model: [told] })).toContain("not asked, because no open deal is known.");
});

test.each([null, {}, { model: "gpt" }, { model: [{ outcome: 1 }] }])("of %j nothing is told", (data) => {
  expect(html(data)).toBe("null");
});
