CREATE TABLE `notifications` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`type` text NOT NULL,
	`data_json` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`read_at_ms` integer
) STRICT;
--> statement-breakpoint
CREATE INDEX `notifications_by_age` ON `notifications` (`organization_id`,`created_at_ms`,`id`);--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`webhook_id` text NOT NULL,
	`event_id` text NOT NULL,
	`type` text NOT NULL,
	`payload_json` text NOT NULL,
	`status` text NOT NULL,
	`attempts_json` text DEFAULT '[]' NOT NULL,
	`created_at_ms` integer NOT NULL,
	`next_attempt_at_ms` integer,
	CONSTRAINT "webhook_deliveries_status" CHECK("webhook_deliveries"."status" IN ('pending', 'delivered', 'failed'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_deliveries_event` ON `webhook_deliveries` (`webhook_id`,`event_id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_by_age` ON `webhook_deliveries` (`organization_id`,`webhook_id`,`created_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_due` ON `webhook_deliveries` (`next_attempt_at_ms`);--> statement-breakpoint
DROP INDEX `ledger_lines_by_account`;--> statement-breakpoint
ALTER TABLE `ledger_lines` ADD `sequence` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `ledger_lines` SET `sequence` = (SELECT `sequence` FROM `ledger_entries` WHERE `id` = `entry_id`);--> statement-breakpoint
CREATE INDEX `ledger_lines_by_account` ON `ledger_lines` (`account`,`sequence`);