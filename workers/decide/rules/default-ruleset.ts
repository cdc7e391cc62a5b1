// biome-ignore-all lint/suspicious/noThenProperty: `when … then …` is how a rule reads, and it holds no function.
// The rules that ship. Data only: this is the document that docs/rules.md explains, in the form in which any other
// ruleset comes. It is a module and not YAML because a YAML parser (32 KB gzip) would put the Worker over its 100 KB,
// and not JSON because mails have paragraphs and conditions deserve line breaks.
import type { Ruleset } from "./ruleset.ts";

export const defaultRuleset: Ruleset = {
  version: "default-1",
  rules: [
    {
      id: "deal-won",
      for: "When a deal is won the team hears of it, and nothing that was still planned for it goes out.",
      priority: 100,
      stop: true,
      when: `
        signal.payload.event == "deal.stage_changed" &&
        (has(deal.id) ? !deal.is_open && deal.is_won : signal.payload.?new_value.orValue("") == "closedwon")`,
      then: [
        {
          do: "send_alert",
          target: "slack",
          with: {
            channel: null,
            text: `Deal won: {{ deal.?name.orValue(signal.subject) }}
Amount: {{ has(deal.amount) ? grouped(deal.amount) : "not known" }}
Owner: {{ deal.?owner.?name.orValue("not known") }}`,
            url: "{{ deal.?url }}",
          },
        },
      ],
      approval: "auto",
      cool_down: "24h",
      still_valid: null,
      supersedes: "the deal was closed as won",
      reason: "The deal was closed as won.",
    },
    {
      id: "deal-lost",
      for: "When a deal is lost the team hears of it, and nothing that was still planned for it goes out.",
      priority: 100,
      stop: true,
      when: `
        signal.payload.event == "deal.stage_changed" &&
        (has(deal.id) ? !deal.is_open && !deal.is_won : signal.payload.?new_value.orValue("") == "closedlost")`,
      then: [
        {
          do: "send_alert",
          target: "slack",
          with: {
            channel: null,
            text: `Deal lost: {{ deal.?name.orValue(signal.subject) }}
Amount: {{ has(deal.amount) ? grouped(deal.amount) : "not known" }}
Owner: {{ deal.?owner.?name.orValue("not known") }}`,
            url: "{{ deal.?url }}",
          },
        },
      ],
      approval: "auto",
      cool_down: "24h",
      still_valid: null,
      supersedes: "the deal was closed as lost",
      reason: "The deal was closed as lost.",
    },
    {
      id: "competitor-mentioned",
      for: "A competitor that comes up in an open deal is answered by the next working day.",
      priority: 60,
      stop: false,
      when: `
        has(deal.id) && deal.is_open &&
        size(without_task(signal.payload.competitors + deal.competitors_mentioned, deal.open_tasks)) > 0`,
      then: [
        {
          do: "create_task",
          target: "hubspot",
          with: {
            subject:
              "Competitor mentioned: " +
              '{{ without_task(signal.payload.competitors + deal.competitors_mentioned, deal.open_tasks).join(", ") }}' +
              " — {{ deal.name }}",
            body:
              "It came up in {{ words(signal.payload.event) }} ({{ signal.source }}) on {{ date_words(signal.fired_at) }}. " +
              "Find out what they compare, and agree on the next step.",
            due_at: "{{ next_working_day(signal.fired_at) }}",
            owner_id: "{{ deal.?owner.?id }}",
            importance: "high",
            kind: "call",
            deal_id: "{{ deal.id }}",
            contact_ids: "{{ take(deal.contacts.map(contact, contact.id), 20) }}",
            account_id: "{{ signal.?account_id }}",
          },
        },
      ],
      approval: "auto",
      cool_down: "24h",
      still_valid: null,
      supersedes: null,
      reason: "A competitor came up and no open task deals with it.",
    },
    {
      // A call that just ended is activity, whatever the CRM knows of it yet.
      id: "idle-near-close",
      for: "A deal that is due within three weeks and has gone quiet gets a short follow-up from its owner.",
      priority: 50,
      stop: false,
      when: `
        has(deal.id) && deal.is_open && signal.signal_type != "call_complete" &&
        has(deal.days_to_close) && deal.days_to_close >= 0 && deal.days_to_close <= 21 &&
        has(deal.last_activity_days_ago) && deal.last_activity_days_ago > 10 &&
        size(mailable(deal.contacts)) > 0 && has(deal.?owner.email)`,
      then: [
        {
          do: "draft_followup",
          target: "gmail",
          with: {
            from: "{{ deal.owner.email }}",
            to: [{ email: "{{ mailable(deal.contacts)[0].email }}", name: "{{ mailable(deal.contacts)[0].?name }}" }],
            subject: "Next steps on {{ deal.name }}",
            body: `{{ greeting(mailable(deal.contacts)[0]) }},

I am writing about {{ deal.name }}. The date I have noted for a decision is {{ date_words(deal.close_date) }}.

Is that still right for you, and is there anything you need from me before then? If it helps, I am glad to find a time for a short call.

Best regards
{{ deal.owner.?name.orValue(deal.owner.email) }}`,
            thread_id: null,
          },
        },
      ],
      approval: { ttl: "default", on_timeout: "execute" },
      cool_down: "72h",
      still_valid:
        "has(deal.id) && deal.is_open && has(deal.last_activity_days_ago) && deal.last_activity_days_ago > 10",
      supersedes: null,
      reason:
        "The deal is due in {{ deal.days_to_close }} days and nothing has happened for {{ deal.last_activity_days_ago }}.",
    },
  ],
  // Something pressing happened and no rule knows what to do. That a person changed a field is not pressing by itself,
  // they know of it; it is when the deal's own state made the signal immediate.
  fallback: {
    for: "A pressing signal on an open deal that no rule answers is looked at by the owner.",
    when: `
      has(deal.id) && deal.is_open &&
      (signal.urgency == "immediate" || (signal.urgency == "high" && !has(signal.payload.property)))`,
    then: [
      {
        do: "create_task",
        target: "hubspot",
        with: {
          subject: "Review: {{ words(signal.payload.event) }} — {{ deal.name }}",
          body:
            "{{ words(signal.payload.event) }} ({{ signal.source }}) on {{ date_words(signal.fired_at) }} " +
            "is marked {{ signal.urgency }}, and no rule says what to do about it.",
          due_at: "{{ next_working_day(signal.fired_at) }}",
          owner_id: "{{ deal.?owner.?id }}",
          importance: "medium",
          kind: "todo",
          deal_id: "{{ deal.id }}",
          contact_ids: "{{ take(deal.contacts.map(contact, contact.id), 20) }}",
          account_id: "{{ signal.?account_id }}",
        },
      },
    ],
    approval: "auto",
    cool_down: "24h",
    still_valid: null,
    supersedes: null,
    reason: "The signal is pressing and no rule answers it.",
  },
};
