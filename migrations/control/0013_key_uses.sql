CREATE TABLE `key_uses` (
	`key_id` text PRIMARY KEY NOT NULL,
	`used_at_ms` integer NOT NULL,
	FOREIGN KEY (`key_id`) REFERENCES `keys`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
