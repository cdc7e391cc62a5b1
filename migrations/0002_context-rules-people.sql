CREATE TABLE `activity` (
	`account` text NOT NULL,
	`fired_at` text NOT NULL,
	`signal_id` text NOT NULL,
	`event` text NOT NULL,
	PRIMARY KEY(`account`, `fired_at`, `signal_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `aliases` (
	`reference` text PRIMARY KEY NOT NULL,
	`resolves_to` text NOT NULL,
	`how` text NOT NULL,
	`learned_at` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `cards` (
	`action_id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`channel` text NOT NULL,
	`ts` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `mentions` (
	`deal_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`mentioned_at` text NOT NULL,
	`signal_id` text NOT NULL,
	PRIMARY KEY(`deal_id`, `mentioned_at`, `kind`, `name`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `people` (
	`email` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`manager_email` text,
	`time_zone` text,
	`slack_user_id` text,
	`updated_at` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ruleset_activations` (
	`activated_at` text PRIMARY KEY NOT NULL,
	`version` text NOT NULL,
	`activated_by` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `rulesets` (
	`version` text PRIMARY KEY NOT NULL,
	`document` text NOT NULL,
	`author` text NOT NULL,
	`note` text NOT NULL,
	`created_at` text NOT NULL
) WITHOUT ROWID;
