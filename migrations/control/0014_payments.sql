CREATE TABLE `payment_disputes` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`session_id` text NOT NULL,
	`amount_nanos` integer NOT NULL,
	`status` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`session_id`) REFERENCES `payment_sessions`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `payment_disputes_by_session` ON `payment_disputes` (`session_id`,`id`);--> statement-breakpoint
CREATE TABLE `payment_events` (
	`provider` text NOT NULL,
	`event_id` text NOT NULL,
	`provider_type` text NOT NULL,
	`content_json` text NOT NULL,
	`session_id` text,
	`occurred_at_ms` integer NOT NULL,
	`received_at_ms` integer NOT NULL,
	`processed_at_ms` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at_ms` integer,
	PRIMARY KEY(`provider`, `event_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `payment_events_waiting` ON `payment_events` (`next_attempt_at_ms`);--> statement-breakpoint
CREATE INDEX `payment_events_by_session` ON `payment_events` (`session_id`);--> statement-breakpoint
CREATE TABLE `payment_methods` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`provider` text NOT NULL,
	`customer_reference` text NOT NULL,
	`method_reference` text NOT NULL,
	`label` text NOT NULL,
	`removed_at_ms` integer,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `payment_methods_reference` ON `payment_methods` (`provider`,`method_reference`);--> statement-breakpoint
CREATE INDEX `payment_methods_by_organization` ON `payment_methods` (`organization_id`,`id`);--> statement-breakpoint
CREATE TABLE `payment_refunds` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`session_id` text NOT NULL,
	`amount_nanos` integer NOT NULL,
	`status` text NOT NULL,
	`refund_reference` text,
	`entry_id` text,
	`reason` text,
	`actor` text NOT NULL,
	`next_check_at_ms` integer,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`session_id`) REFERENCES `payment_sessions`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payment_refunds_amount" CHECK("payment_refunds"."amount_nanos" > 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `payment_refunds_by_session` ON `payment_refunds` (`session_id`,`id`);--> statement-breakpoint
CREATE INDEX `payment_refunds_due` ON `payment_refunds` (`next_check_at_ms`);--> statement-breakpoint
CREATE TABLE `payment_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`kind` text NOT NULL,
	`provider` text NOT NULL,
	`status` text NOT NULL,
	`scope` text NOT NULL,
	`owner_id` text NOT NULL,
	`amount_nanos` integer NOT NULL,
	`currency` text NOT NULL,
	`captured_nanos` integer,
	`refunded_nanos` integer DEFAULT 0 NOT NULL,
	`actor` text NOT NULL,
	`member_id` text,
	`ticket_id` text,
	`return_url` text,
	`save_method` integer DEFAULT false NOT NULL,
	`method_id` text,
	`checkout_reference` text,
	`payment_reference` text,
	`approval_url` text,
	`failure_code` text,
	`entry_id` text,
	`expires_at_ms` integer NOT NULL,
	`next_check_at_ms` integer,
	`checks` integer DEFAULT 0 NOT NULL,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payment_sessions_amount" CHECK("payment_sessions"."amount_nanos" > 0),
	CONSTRAINT "payment_sessions_refunded" CHECK("payment_sessions"."refunded_nanos" >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `payment_sessions_by_organization` ON `payment_sessions` (`organization_id`,`created_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `payment_sessions_by_time` ON `payment_sessions` (`created_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `payment_sessions_due` ON `payment_sessions` (`next_check_at_ms`);--> statement-breakpoint
CREATE UNIQUE INDEX `payment_sessions_checkout` ON `payment_sessions` (`provider`,`checkout_reference`);--> statement-breakpoint
CREATE UNIQUE INDEX `payment_sessions_payment` ON `payment_sessions` (`provider`,`payment_reference`);--> statement-breakpoint
CREATE TABLE `payment_settings` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`settings_json` text NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `payments_config` (
	`only_row` integer PRIMARY KEY NOT NULL,
	`config_json` text NOT NULL,
	CONSTRAINT "payments_config_one" CHECK("payments_config"."only_row" = 1)
) STRICT;
--> statement-breakpoint
CREATE TABLE `sandbox_deliveries` (
	`event_id` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`due_at_ms` integer,
	`attempts` integer DEFAULT 0 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `sandbox_deliveries_due` ON `sandbox_deliveries` (`due_at_ms`);--> statement-breakpoint
CREATE TABLE `sandbox_records` (
	`reference` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`idempotency_key` text,
	`state_json` text NOT NULL,
	`created_at_ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `sandbox_records_key` ON `sandbox_records` (`kind`,`idempotency_key`);