CREATE TABLE `audit_log` (
	`organization_id` text NOT NULL,
	`sequence` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`object_type` text NOT NULL,
	`object_id` text NOT NULL,
	`request_id` text,
	`source_id` text,
	`before_json` text,
	`after_json` text,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`organization_id`, `sequence`),
	CONSTRAINT "audit_log_sequence" CHECK("audit_log"."sequence" > 0),
	CONSTRAINT "audit_log_hash" CHECK(length("audit_log"."hash") = 64)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_log_source` ON `audit_log` (`organization_id`,`source_id`);--> statement-breakpoint
CREATE INDEX `audit_log_by_object` ON `audit_log` (`organization_id`,`object_type`,`object_id`,`sequence`);