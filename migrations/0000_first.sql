CREATE TABLE `approvals` (
	`action_id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`subject` text NOT NULL,
	`signal_id` text NOT NULL,
	`owner_email` text,
	`type` text NOT NULL,
	`state` text NOT NULL,
	`due_at` text,
	`updated_at` text NOT NULL,
	`snapshot` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `approvals_pending` ON `approvals` (`owner_email`,`due_at`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `approvals_by_signal` ON `approvals` (`signal_id`);--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`letter_id` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`stage` text NOT NULL,
	`code` text NOT NULL,
	`reason` text NOT NULL,
	`attempts` integer NOT NULL,
	`signal_id` text,
	`correlation_id` text,
	`failed_at` text NOT NULL,
	`state` text NOT NULL,
	`event` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `dead_letters_open` ON `dead_letters` (`failed_at`) WHERE state = 'open';--> statement-breakpoint
CREATE TABLE `signals` (
	`signal_id` text PRIMARY KEY NOT NULL,
	`correlation_id` text NOT NULL,
	`source` text NOT NULL,
	`signal_type` text NOT NULL,
	`event` text NOT NULL,
	`subject` text NOT NULL,
	`deal_id` text,
	`account_id` text,
	`urgency` text NOT NULL,
	`fired_at` text NOT NULL,
	`received_at` text NOT NULL,
	`fate` text NOT NULL,
	`fate_at` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `signals_by_received` ON `signals` (`received_at`);--> statement-breakpoint
CREATE TABLE `trail` (
	`signal_id` text NOT NULL,
	`at` text NOT NULL,
	`event_id` text NOT NULL,
	`correlation_id` text NOT NULL,
	`layer` text NOT NULL,
	`step` text NOT NULL,
	`attempt` integer NOT NULL,
	`duration_ms` integer,
	`summary` text NOT NULL,
	`actor` text,
	`data` text,
	PRIMARY KEY(`signal_id`, `at`, `event_id`)
) WITHOUT ROWID;
