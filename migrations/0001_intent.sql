CREATE TABLE `intent` (
	`domain` text NOT NULL,
	`topic` text NOT NULL,
	`source` text NOT NULL,
	`score` real NOT NULL,
	`previous_score` real,
	`report_date` text NOT NULL,
	`first_seen` text NOT NULL,
	PRIMARY KEY(`domain`, `topic`, `source`)
) WITHOUT ROWID;
