CREATE TABLE `erased_names` (
	`term` text PRIMARY KEY NOT NULL,
	`until` text NOT NULL
) WITHOUT ROWID;
