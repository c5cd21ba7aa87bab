CREATE TABLE `secrets` (
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`sealed` blob NOT NULL,
	`last_four` text,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `name`),
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
