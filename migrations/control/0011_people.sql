CREATE TABLE `founded_organizations` (
	`user_id` text NOT NULL,
	`ordinal` integer NOT NULL,
	`organization_id` text NOT NULL,
	PRIMARY KEY(`user_id`, `ordinal`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "founded_organizations_ordinal" CHECK("founded_organizations"."ordinal" >= 1)
) STRICT;
--> statement-breakpoint
CREATE TABLE `platform_administrators` (
	`user_id` text PRIMARY KEY NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `members_by_email` ON `members` (`email`);