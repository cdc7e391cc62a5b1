-- Nothing wrote cards before this, so there is nothing to carry over.
DROP TABLE `cards`;
--> statement-breakpoint
CREATE TABLE `cards` (
	`action_id` text NOT NULL,
	`email` text NOT NULL,
	`subject` text NOT NULL,
	`version` integer NOT NULL,
	`channel` text NOT NULL,
	`ts` text NOT NULL,
	PRIMARY KEY(`action_id`, `email`)
) WITHOUT ROWID;
