// A mail as Cloudflare's Email Routing hands it over, by way of the sandbox: there is no HTTP for mail elsewhere. Rule:
// each has a Message-ID of its own.
import * as z from "zod";
import type { SampleSource } from "../delivery.ts";
import { fill } from "../fill.ts";

/** `--set text=…`, `--set subject=…`. */
export const email: SampleSource = {
  secretName: "EMAIL_SENDERS",
  deliver({ sample, assignments, baseUrl, nowMs, newId }) {
    const values = {
      id: newId(),
      date: new Date(nowMs).toUTCString().replace("GMT", "+0000"),
      subject: "Re: Next steps for the rollout",
      text: "Tuesday works. Can you send the price for 40 seats?",
    };
    const envelope = new URLSearchParams({ from: "ana.duarte@northwind.example", to: "deals@in.dealwire.example" });
    return {
      url: `${baseUrl}/sandbox/email?${envelope}`,
      headers: { "content-type": "message/rfc822" },
      body: fill(z.string().parse(sample), values, assignments),
    };
  },
};
