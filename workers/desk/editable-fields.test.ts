import fc from "fast-check";
import { expect, test } from "vitest";
import { ActionContent } from "#contract/action.ts";
import { MAIL, snapshot } from "#web/sample-site.ts";
import { fieldTexts, withTexts } from "./editable-fields.ts";

const { action } = snapshot(1);
const TASK: ActionContent = {
  type: "update_crm",
  target: "hubspot",
  params: { record: "hubspot:1", object: "deal", property: "hs_next_step", value: "Call" },
};

test("a form that is sent back unchanged changes nothing", () => {
  expect(withTexts(action, fieldTexts(action))).toEqual(MAIL.params);
});

test("any printable subject and body survive the form, line breaks as browsers send them included", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (subject, body) => {
      const texts = { ...fieldTexts(action), subject, body: body.replaceAll("\r", "").replaceAll("\n", "\r\n") };
      expect(withTexts(action, texts)).toMatchObject({ subject, body: body.replaceAll("\r", "") });
    }),
  );
});

test("recipients are one a line, with or without a name", () => {
  const edited = withTexts(action, {
    ...fieldTexts(action),
    to: "Doe, Jane <jane@a.example>\r\n\r\n  joe@b.example ,\r\n",
  });
  expect(edited.to).toEqual([
    { email: "jane@a.example", name: "Doe, Jane" },
    { email: "joe@b.example", name: null },
  ]);
});

test("what is no recipient is kept as it was typed, for the schema to refuse", () => {
  fc.assert(
    fc.property(fc.string(), (to) => {
      const params = withTexts(action, { ...fieldTexts(action), to });
      expect(() => ActionContent.safeParse({ ...MAIL, params })).not.toThrow();
    }),
  );
});

test("a field that the form does not offer stays as it was", () => {
  const edited = withTexts(action, { ...fieldTexts(action), from: "ceo@northwind.example", thread_id: "x" });
  expect(edited).toMatchObject({ from: MAIL.params.from, thread_id: null });
});

test("an emptied CRM value clears the property", () => {
  const update = snapshot(1, { content: TASK }).action;
  expect(withTexts(update, { value: "" })).toMatchObject({ value: null, property: "hs_next_step" });
});
