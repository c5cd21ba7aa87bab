CREATE TABLE `agents` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`status` text DEFAULT 'active' NOT NULL,
	`tags_json` text DEFAULT '[]' NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "agents_status" CHECK("agents"."status" IN ('active', 'paused', 'disabled'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `agents_name` ON `agents` (`organization_id`,`name`);--> statement-breakpoint
CREATE INDEX `agents_by_organization` ON `agents` (`organization_id`,`id`);--> statement-breakpoint
CREATE TABLE `idempotent_answers` (
	`id` text PRIMARY KEY NOT NULL,
	`content_sha256` text NOT NULL,
	`status` integer,
	`answer` blob,
	`created_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `idempotent_answers_by_expiry` ON `idempotent_answers` (`expires_at_ms`);--> statement-breakpoint
CREATE TABLE `seats` (
	`member_id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `seats_by_organization` ON `seats` (`organization_id`,`member_id`);--> statement-breakpoint
CREATE TABLE `usage_constraints` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`type` text NOT NULL,
	`window` text NOT NULL,
	`limit_amount` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "usage_constraints_type" CHECK("usage_constraints"."type" IN ('credits', 'tokens', 'requests')),
	CONSTRAINT "usage_constraints_window" CHECK("usage_constraints"."window" IN ('total', 'run', 'hourly', 'daily', 'weekly', 'monthly')),
	CONSTRAINT "usage_constraints_limit" CHECK("usage_constraints"."limit_amount" >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `usage_constraints_by_agent` ON `usage_constraints` (`organization_id`,`agent_id`,`id`);--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`url` text NOT NULL,
	`events_json` text DEFAULT '[]' NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`secret_version` integer DEFAULT 1 NOT NULL,
	`previous_secret_until_ms` integer,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `webhooks_by_organization` ON `webhooks` (`organization_id`,`id`);--> statement-breakpoint
ALTER TABLE `organizations` ADD `seat_count` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `organizations` ADD `seat_monthly_credit_nanos` integer DEFAULT 0 NOT NULL;