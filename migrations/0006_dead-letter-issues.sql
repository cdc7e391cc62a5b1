CREATE TABLE `alerts` (
	`alert` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`summary` text NOT NULL,
	`link` text NOT NULL,
	`since` text NOT NULL,
	`muted_until` text,
	`muted_by` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `dead_letter_issues` (
	`fingerprint` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`stage` text NOT NULL,
	`code` text NOT NULL,
	`reason` text NOT NULL,
	`state` text NOT NULL,
	`first_at` text NOT NULL,
	`last_at` text NOT NULL,
	`letters` integer NOT NULL,
	`reopened` integer NOT NULL,
	`changed_by` text,
	`changed_at` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `jobs` (
	`job` text PRIMARY KEY NOT NULL,
	`ran_at` text NOT NULL,
	`outcome` text NOT NULL,
	`measured` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `replays` (
	`replay_id` text PRIMARY KEY NOT NULL,
	`filter` text NOT NULL,
	`how` text NOT NULL,
	`total` integer NOT NULL,
	`done` integer NOT NULL,
	`state` text NOT NULL,
	`requested_by` text NOT NULL,
	`requested_at` text NOT NULL,
	`changed_at` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `rollups` (
	`grain` text NOT NULL,
	`at` text NOT NULL,
	`counters` text NOT NULL,
	PRIMARY KEY(`grain`, `at`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `dead_letters` ADD `fingerprint` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `dead_letters` ADD `first_failed_at` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `dead_letters` ADD `told_by` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `dead_letters` ADD `times` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `dead_letters` ADD `replay_id` text;--> statement-breakpoint
ALTER TABLE `dead_letters` ADD `history` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
CREATE INDEX `dead_letters_by_issue` ON `dead_letters` (`fingerprint`,`state`);--> statement-breakpoint
CREATE INDEX `dead_letters_by_replay` ON `dead_letters` (`replay_id`,`state`);
--> statement-breakpoint
-- Letters of before have no fingerprint; those of one queue and code are one issue.
UPDATE `dead_letters` SET fingerprint = 'iss_' || queue || '_' || code, first_failed_at = failed_at;
--> statement-breakpoint
INSERT INTO `dead_letter_issues` SELECT fingerprint, queue, max(stage), code, max(reason), 'open', min(failed_at),
  max(failed_at), count(*), 0, NULL, NULL FROM `dead_letters` WHERE state = 'open' GROUP BY fingerprint;
