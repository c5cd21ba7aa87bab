CREATE TABLE `events` (
	`id` text PRIMARY KEY NOT NULL,
	`log_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`decision` text NOT NULL,
	`matched_json` text NOT NULL,
	`failure_kind` text,
	`failure_rule` text,
	`zdr_mode` text NOT NULL,
	`bodies` text NOT NULL,
	CONSTRAINT "events_decision" CHECK("events"."decision" IN ('allow', 'deny'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `events_by_age` ON `events` (`organization_id`,`created_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `events_denied` ON `events` (`organization_id`,`created_at_ms`,`id`) WHERE decision = 'deny';--> statement-breakpoint
CREATE INDEX `spend_logs_by_gateway` ON `spend_logs` (`organization_id`,`gateway_id`,`created_at_ms`,`id`);