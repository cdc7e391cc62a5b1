CREATE TABLE `links` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`previous` text NOT NULL,
	`digest` text NOT NULL,
	`signals` text NOT NULL,
	`terms` text NOT NULL,
	`rolled_to` text
);
--> statement-breakpoint
CREATE INDEX `links_by_at` ON `links` (`at`);
--> statement-breakpoint
CREATE VIRTUAL TABLE `search` USING fts5(terms, content='links', content_rowid='seq', columnsize=0, detail='none', tokenize="unicode61 tokenchars '_'");
--> statement-breakpoint
-- What is taken out of the index is gone from its pages at once, not at some later merge.
INSERT INTO `search` (search, rank) VALUES ('secure-delete', 1);
--> statement-breakpoint
CREATE TABLE `erasures` (
	`erasure_id` text PRIMARY KEY NOT NULL,
	`requested_by` text NOT NULL,
	`requested_at` text NOT NULL,
	`state` text NOT NULL,
	`swept_at` text NOT NULL,
	`counts` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `packed_signals` (
	`signal_id` text PRIMARY KEY NOT NULL,
	`correlation_id` text NOT NULL,
	`source` text NOT NULL,
	`signal_type` text NOT NULL,
	`event` text NOT NULL,
	`subject` text NOT NULL,
	`deal_id` text,
	`account_id` text,
	`contact_id` text,
	`urgency` text NOT NULL,
	`fired_at` text NOT NULL,
	`received_at` text NOT NULL,
	`fate` text NOT NULL,
	`fate_at` text NOT NULL,
	`link` integer NOT NULL,
	`actions` text NOT NULL,
	`terms` text NOT NULL,
	`trail` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
-- Steps from before the chain have no digest; they stay readable, under link 0, which is verified by nobody.
INSERT INTO `packed_signals` SELECT s.signal_id, s.correlation_id, s.source, s.signal_type, s.event, s.subject, s.deal_id,
  s.account_id, NULL, s.urgency, s.fired_at, s.received_at, s.fate, s.fate_at, 0,
  (SELECT json_group_array(a.action_id) FROM `approvals` AS a WHERE a.signal_id = s.signal_id),
  ' ' || s.signal_id || ' ' || s.correlation_id || ' ',
  (SELECT json_group_array(json_object('event_id', t.event_id, 'at', t.at, 'layer', t.layer, 'step', t.step,
    'attempt', t.attempt, 'duration_ms', t.duration_ms, 'schema_version', 1,
    'fate', CASE WHEN t.at = s.fate_at AND t.step <> 'received' THEN s.fate END, 'summary', t.summary,
    'actor', json(t.actor), 'data', json(t.data), 'digest', '', 'link', 0))
   FROM (SELECT * FROM `trail` WHERE signal_id = s.signal_id ORDER BY at, event_id) AS t)
  FROM `signals` AS s;
--> statement-breakpoint
INSERT INTO `links` SELECT 0, max(received_at), '', '0000000000000000000000000000000000000000000000000000000000000000',
  json_group_array(signal_id), group_concat(terms, ''), NULL FROM `packed_signals` HAVING count(*) > 0;
--> statement-breakpoint
INSERT INTO `search` (rowid, terms) SELECT seq, terms FROM `links`;
--> statement-breakpoint
DROP TABLE `trail`;
--> statement-breakpoint
DROP TABLE `signals`;
--> statement-breakpoint
ALTER TABLE `packed_signals` RENAME TO `signals`;
--> statement-breakpoint
-- The packed trails as one row a step, for people and for what reads steps by hand.
CREATE VIEW `trail` AS SELECT s.signal_id AS signal_id, t.value->>'at' AS at, t.value->>'event_id' AS event_id,
  s.correlation_id AS correlation_id, t.value->>'layer' AS layer, t.value->>'step' AS step, t.value->>'attempt' AS attempt,
  t.value->>'duration_ms' AS duration_ms, t.value->>'summary' AS summary, nullif(t.value->'actor', 'null') AS actor,
  nullif(t.value->'data', 'null') AS data, t.value->>'digest' AS digest, t.value->>'link' AS link
  FROM `signals` AS s, json_each(s.trail) AS t;
--> statement-breakpoint
DROP INDEX `approvals_by_signal`;
--> statement-breakpoint
-- The signals with a step in each link: newest first by seq, they are the list of what moved last.
CREATE VIEW `touched` AS SELECT l.seq AS seq, t.key AS position, t.value AS signal_id
  FROM `links` AS l, json_each(l.signals) AS t;
