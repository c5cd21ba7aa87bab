CREATE TABLE `auto_top_ups` (
	`organization_id` text NOT NULL,
	`scope` text NOT NULL,
	`owner_id` text NOT NULL,
	`enabled` integer NOT NULL,
	`threshold_nanos` integer NOT NULL,
	`amount_nanos` integer NOT NULL,
	`daily_cap_nanos` integer NOT NULL,
	`currency` text NOT NULL,
	`cooldown_minutes` integer NOT NULL,
	`method_id` text NOT NULL,
	`revision` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `scope`, `owner_id`),
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`method_id`) REFERENCES `payment_methods`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "auto_top_ups_threshold" CHECK("auto_top_ups"."threshold_nanos" >= 0),
	CONSTRAINT "auto_top_ups_amount" CHECK("auto_top_ups"."amount_nanos" > 0),
	CONSTRAINT "auto_top_ups_daily_cap" CHECK("auto_top_ups"."daily_cap_nanos" >= "auto_top_ups"."amount_nanos"),
	CONSTRAINT "auto_top_ups_cooldown" CHECK("auto_top_ups"."cooldown_minutes" >= 0)
);
--> statement-breakpoint
ALTER TABLE `payment_methods` ADD `member_id` text;