import { expect, test } from "vitest";
import { respondEphemerally } from "./slack-response.ts";

function respond(url: string, answer: () => Response) {
  const called: string[] = [];
  const fetchFake: typeof fetch = async (input) => {
    called.push(String(input));
    return answer();
  };
  const ports = { fetch: fetchFake, now: () => 0 };
  return { called, result: respondEphemerally(url, "hello", "https://slack.com/api", ports) };
}

test("an answer goes to Slack's hooks, whose success is a plain ok", async () => {
  const { called, result } = respond("https://hooks.slack.com/actions/T1/2/3", () => new Response("ok"));
  expect(await result).toMatchObject({ ok: true });
  expect(called).toEqual(["https://hooks.slack.com/actions/T1/2/3"]);
});

test.each(["https://hooks.slack.com.evil.example/x", "http://169.254.169.254/latest", "nonsense"])(
  "%s is not called",
  async (url) => {
    const { called, result } = respond(url, () => new Response("ok"));
    expect(await result).toMatchObject({ ok: false, failure: { kind: "rejected" } });
    expect(called).toEqual([]);
  },
);

test("an address that is used up is a failure", async () => {
  const used = () => Response.json({ ok: false, error: "used_url" }, { status: 404 });
  expect(await respond("https://hooks.slack.com/actions/T1/2/3", used).result).toMatchObject({ ok: false });
});
